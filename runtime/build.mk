# runtime - the engine and the OCI runtime. One list a room; libruntime is what both programs share.
