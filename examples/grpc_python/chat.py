#!/usr/bin/env python3
"""Sends one message through gRPC and waits until it comes back as an event.

    chat.py localhost:9090 TOKEN OTHER_USER_ID "a text"

Needs grpcio, and protoc with its plugin (Debian: python3-grpcio, protobuf-compiler, protobuf-compiler-grpc). The code for
the messages is generated from the .proto files into a temporary folder; a program of your own does that once, when it is
built.
"""
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile

import grpc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def generate(folder):
    files = [str(path) for name in ("google/rpc", "whispr/v1") for path in sorted((PROTO / name).glob("*.proto"))]
    plugin = shutil.which("grpc_python_plugin")
    if plugin is None or shutil.which("protoc") is None:
        sys.exit("protoc or grpc_python_plugin is missing: install protobuf-compiler and protobuf-compiler-grpc")
    subprocess.run(["protoc", f"-I{PROTO}", f"--plugin=protoc-gen-grpc={plugin}", f"--python_out={folder}", f"--grpc_out={folder}", *files], check=True)
    # Beside the google package that is installed.
    import google
    google.__path__.append(f"{folder}/google")
    sys.path.insert(0, folder)


def main(address, token, other_user_id, text):
    from whispr.v1 import conversations_pb2, conversations_pb2_grpc, messages_pb2, sync_pb2, sync_pb2_grpc

    metadata = [("authorization", f"Bearer {token}")]
    with grpc.insecure_channel(address) as channel:
        conversations = conversations_pb2_grpc.ConversationServiceStub(channel)
        request = conversations_pb2.CreateDirectRequest(other_user_id=other_user_id)
        conversation = conversations.CreateDirect(request, metadata=metadata, timeout=10).conversation

        commands = queue.Queue()
        commands.put(sync_pb2.ConnectRequest(id=1, hello=sync_pb2.HelloRequest()))
        stream = sync_pb2_grpc.SyncServiceStub(channel).Connect(iter(commands.get, None), metadata=metadata, timeout=20)
        for response in stream:
            for frame in response.frames:
                if frame.HasField("caught_up"):
                    message = messages_pb2.SendMessageRequest(conversation_id=conversation.id, content=text.encode())
                    commands.put(sync_pb2.ConnectRequest(id=2, send_message=message))
                elif frame.HasField("answer") and frame.answer.HasField("error"):
                    sys.exit(f"refused: {frame.answer.error.message}")
                elif frame.event.HasField("message_created"):
                    print("heard:", frame.event.message_created.message.content.decode())
                    commands.put(None)
                    stream.cancel()
                    return


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: chat.py HOST:PORT TOKEN OTHER_USER_ID TEXT")
    with tempfile.TemporaryDirectory() as made:
        generate(made)
        main(*sys.argv[1:])
