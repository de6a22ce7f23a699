"""Looks at the gRPC service with grpcio: python3 grpc_client.py ADDRESS TOKEN OTHER_TOKEN OTHER_USER_ID"""
import importlib.util
import pathlib
import queue
import sys
import tempfile

import grpc

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples/grpc_python/chat.py"


def load_example():
    spec = importlib.util.spec_from_file_location("chat", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def details_of(error, error_details_pb2, status_pb2):
    found = {}
    for name, value in error.trailing_metadata():
        if name != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            for kind in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest):
                message = kind()
                if detail.Unpack(message):
                    found[kind.DESCRIPTOR.name] = message
    return found


def main(address, token, other_token, other_user_id):
    from google.rpc import error_details_pb2, status_pb2
    from whispr.v1 import conversations_pb2 as c, conversations_pb2_grpc, messages_pb2 as m, messages_pb2_grpc
    from whispr.v1 import sync_pb2 as s, sync_pb2_grpc

    channel = grpc.insecure_channel(address)
    mine, other = ([("authorization", f"Bearer {one}")] for one in (token, other_token))
    conversations = conversations_pb2_grpc.ConversationServiceStub(channel)
    messages = messages_pb2_grpc.MessageServiceStub(channel)
    sync = sync_pb2_grpc.SyncServiceStub(channel)
    conversation = conversations.CreateDirect(c.CreateDirectRequest(other_user_id=other_user_id), metadata=mine).conversation

    try:
        messages.SendMessage(m.SendMessageRequest(conversation_id="x"), metadata=mine)
        raise AssertionError("a wrong id was taken")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        found = details_of(error, error_details_pb2, status_pb2)
        assert found["ErrorInfo"].reason == "INVALID" and found["ErrorInfo"].domain == "whispr", found
        assert found["BadRequest"].field_violations[0].field == "conversation_id", found

    # Health: its only field says SERVING. Reflection: the list of services names ours.
    check = channel.unary_unary("/grpc.health.v1.Health/Check")
    assert check(b"") == b"\x08\x01"
    reflect = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
    listed = next(reflect(iter([b"\x3a\x00"])))
    for service in ("MessageService", "ConversationService", "SyncService", "AdminService"):
        assert f"whispr.v1.{service}".encode() in listed, listed

    def connect(positions):
        commands = queue.Queue()
        commands.put(s.ConnectRequest(id=1, hello=s.HelloRequest(positions=positions)))
        return commands, sync.Connect(iter(commands.get, None), metadata=other, timeout=20)

    for text in ("one", "two"):
        messages.SendMessage(m.SendMessageRequest(conversation_id=conversation.id, content=text.encode()), metadata=mine)
    commands, stream = connect([s.Position(conversation_id=conversation.id, eseq=0)])
    seen = []
    for response in stream:
        for frame in response.frames:
            kind = frame.WhichOneof("what")
            if kind == "missed_changes":
                seen += [one.content for one in frame.missed_changes.changes.messages]
            elif kind == "caught_up":
                messages.SendMessage(m.SendMessageRequest(conversation_id=conversation.id, content=b"three"), metadata=mine)
            elif kind == "event" and frame.event.HasField("message_created"):
                seen.append(frame.event.message_created.message.content)
        if len(seen) == 3:
            break
    assert seen == [b"one", b"two", b"three"], seen
    commands.put(None)
    stream.cancel()
    channel.close()
    print("all is well")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        load_example().generate(made)
        main(*sys.argv[1:])
