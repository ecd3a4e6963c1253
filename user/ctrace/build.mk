# user/ctrace - the tracer front end.
