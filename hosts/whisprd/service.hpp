// What every endpoint and socket works with. Put together once, in app.cpp; all of it outlives the
// server's threads.
#pragma once

#include "edge/authenticator.hpp"
#include "edge/config.hpp"
#include "edge/dev_keys.hpp"
#include "edge/log.hpp"
#include "edge/session_sink.hpp"
#include "edge/user_service.hpp"
#include "whispr/engine.hpp"

namespace whisprd {

class Health;
class JoinGate;
class Moderators;
class Neighbours;
class RateLimits;
class UserSockets;
struct Meters;
namespace media {
class Media;
}

struct Service {
    const edge::Config& config;
    whispr::Engine& engine;
    edge::Authenticator& authenticator;
    edge::SessionSink& sink;
    edge::Log& log;
    Meters& meters;
    Health& health;
    RateLimits& limits;
    JoinGate& joins;
    UserSockets& sockets;
    Moderators& moderators;
    Neighbours& neighbours;
    media::Media* media = nullptr;            // null: files are not stored here
    edge::UserService* users = nullptr;       // null: nothing is known of users
    const edge::DevKeys* dev_keys = nullptr;  // in development mode only
    std::string version;
};

}  // namespace whisprd
