// What whisprd counts about itself, by name.
#pragma once

#include "edge/metrics.hpp"

namespace whispr {
class Engine;
}
namespace net {
class Server;
}
namespace whisprd::media {
class Media;
}
namespace edge {
class Authenticator;
class Log;
}  // namespace edge

namespace whisprd {

class SharedRates;
namespace rpc {
class Streams;
}

struct Meters {
    explicit Meters(edge::Metrics& metrics);

    edge::Counter& requests_2xx;
    edge::Counter& requests_4xx;
    edge::Counter& requests_5xx;
    edge::Histogram& request_seconds;
    edge::Counter& upgrades_refused;
    edge::Counter& messages;
    edge::Counter& joins;
    edge::Counter& joins_refused;
    edge::Counter& pushes;
    edge::Counter& pushes_refused;
    edge::Counter& bad_frames;
    edge::Counter& rate_limited;
    edge::Counter& grpc_answered;
    edge::Counter& grpc_refused;
    edge::Counter& grpc_failed;
    edge::Histogram& grpc_seconds;
    edge::Counter& streams;
    edge::Counter& streams_pulled;
    edge::Counter& stream_commands;

    // Counts one answered request.
    void answered(unsigned status, double seconds);
};

// What others count already, read when the metrics are. All of them outlive `metrics`' last use.
void sample_engine(edge::Metrics& metrics, const whispr::Engine& engine);
void sample_media(edge::Metrics& metrics, const media::Media& media);
void sample_server(edge::Metrics& metrics, const net::Server& server);
void sample_rates(edge::Metrics& metrics, const SharedRates& rates);
void sample_streams(edge::Metrics& metrics, const rpc::Streams& streams);
void sample_edge(edge::Metrics& metrics, const edge::Authenticator& authenticator,
                 const edge::Log& log);

}  // namespace whisprd
