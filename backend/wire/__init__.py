"""The protocol between the add-on and the backend: JSON-RPC 2.0 over a WebSocket, arrays as binary messages.

`messages` says what can be said, `rpc` keeps the state of a conversation, `arrays` and `text` put values into messages
and take them out. Nothing here opens a socket (sans-I/O), and only the standard library and numpy are imported, so
both Blender's Python and the backend's read the same files.
"""
