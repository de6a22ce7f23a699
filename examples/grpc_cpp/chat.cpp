// Sends one message through gRPC and waits until it comes back as an event:
//     grpc_chat localhost:9090 TOKEN OTHER_USER_ID "a text"
#include <chrono>
#include <future>
#include <iostream>
#include <string>

#include "proto/client/client.hpp"
#include "whispr/v1/conversations.pb.h"
#include "whispr/v1/messages.pb.h"

namespace v1 = whispr::v1;

namespace {

int fail(const whispr::client::Failure& failure) {
    std::cerr << failure.reason << ": " << failure.text << '\n';
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: grpc_chat HOST:PORT TOKEN OTHER_USER_ID TEXT\n";
        return 2;
    }
    const auto client = whispr::client::Client::open({.address = argv[1], .token = argv[2]});

    v1::CreateDirectRequest direct;
    direct.set_other_user_id(argv[3]);
    const auto created = client->call<v1::CreateDirectResponse>(direct);
    if (const auto* failure = std::get_if<whispr::client::Failure>(&created)) return fail(*failure);
    const auto& conversation = std::get<v1::CreateDirectResponse>(created).conversation();

    // Events come on a thread of the channel.
    std::promise<void> listening;
    std::promise<std::string> heard;
    const auto stream = client->connect(
        {.frame =
             [&](const v1::Frame& frame) {
                 if (frame.has_caught_up()) listening.set_value();
                 if (frame.has_event() && frame.event().has_message_created())
                     heard.set_value(frame.event().message_created().message().content());
             },
         .ended =
             [](const whispr::client::Failure* failure) {
                 if (failure != nullptr)
                     std::cerr << "the stream ended: " << failure->reason << '\n';
             }});
    v1::ConnectRequest hello;
    hello.set_id(1);
    hello.mutable_hello();
    if (!stream->send(hello)) return 1;
    const auto patience = std::chrono::seconds(10);
    if (listening.get_future().wait_for(patience) != std::future_status::ready) return 1;

    v1::ConnectRequest command;
    command.set_id(2);
    auto& message = *command.mutable_send_message();
    message.set_conversation_id(conversation.id());
    message.set_content(argv[4]);
    if (!stream->send(command)) return 1;
    auto echo = heard.get_future();
    if (echo.wait_for(patience) != std::future_status::ready) return 1;
    std::cout << "heard: " << echo.get() << '\n';
}
