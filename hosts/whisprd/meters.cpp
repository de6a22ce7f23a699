#include "meters.hpp"

#include "shared_rates.hpp"

#include "edge/authenticator.hpp"
#include "edge/log.hpp"
#include "grpc/streams.hpp"
#include "media/media.hpp"
#include "net/server.hpp"
#include "whispr/engine.hpp"

namespace whisprd {

namespace {
constexpr std::string_view requests = "whispr_http_requests_total";
constexpr std::string_view requests_help = "HTTP requests answered, by class of status";
constexpr std::string_view grpc_calls = "whispr_grpc_calls_total";
constexpr std::string_view grpc_calls_help =
    "Unary gRPC calls answered: ok, refused (the caller's mistake), failed (ours)";
}  // namespace

Meters::Meters(edge::Metrics& metrics)
    : requests_2xx(metrics.counter(requests, requests_help, {{"status", "2xx"}})),
      requests_4xx(metrics.counter(requests, requests_help, {{"status", "4xx"}})),
      requests_5xx(metrics.counter(requests, requests_help, {{"status", "5xx"}})),
      request_seconds(metrics.histogram("whispr_http_request_seconds",
                                        "From a request's arrival to its answer",
                                        edge::duration_bounds())),
      upgrades_refused(metrics.counter("whispr_socket_upgrades_refused_total",
                                       "WebSocket handshakes turned away")),
      messages(
          metrics.counter("whispr_messages_sent_total", "Messages stored, repeats not counted")),
      joins(metrics.counter("whispr_socket_joins_total", "Topics joined")),
      joins_refused(
          metrics.counter("whispr_socket_joins_refused_total", "Joins answered with an error")),
      pushes(metrics.counter("whispr_socket_pushes_total", "Pushes received on joined topics")),
      pushes_refused(
          metrics.counter("whispr_socket_pushes_refused_total", "Pushes answered with an error")),
      bad_frames(
          metrics.counter("whispr_socket_bad_frames_total", "Frames that could not be read")),
      rate_limited(
          metrics.counter("whispr_rate_limited_total", "Requests and pushes beyond a user's rate")),
      grpc_answered(metrics.counter(grpc_calls, grpc_calls_help, {{"outcome", "ok"}})),
      grpc_refused(metrics.counter(grpc_calls, grpc_calls_help, {{"outcome", "refused"}})),
      grpc_failed(metrics.counter(grpc_calls, grpc_calls_help, {{"outcome", "failed"}})),
      grpc_seconds(metrics.histogram("whispr_grpc_call_seconds",
                                     "From a unary gRPC call's arrival to its answer",
                                     edge::duration_bounds())),
      streams(metrics.counter("whispr_grpc_streams_total", "Connect streams begun")),
      streams_pulled(metrics.counter("whispr_grpc_streams_pulled_total",
                                     "Connect streams ended because the client read too slowly")),
      stream_commands(
          metrics.counter("whispr_grpc_stream_commands_total", "Commands on Connect streams")) {}

void Meters::answered(unsigned status, double seconds) {
    (status < 400 ? requests_2xx : status < 500 ? requests_4xx : requests_5xx).add();
    request_seconds.observe(seconds);
}

namespace {

void sample_storage(edge::Metrics& metrics, const whispr::Engine& engine) {
    metrics.sampled(
        "whispr_store_marks_held_seconds",
        "For how long catch-up marks have stood still because a transaction did not end",
        [&engine] {
            return static_cast<double>(engine.storage_figures().marks_held.count()) / 1e6;
        });
    if (!engine.storage_figures().replica) return;
    using Replica = whispr::StorageFigures::Replica;
    const auto of_replica = [&](std::string_view name, std::string_view help, auto figure,
                                bool rising = false) {
        metrics.sampled(
            name, help,
            [&engine, figure] {
                return static_cast<double>(figure(*engine.storage_figures().replica));
            },
            rising);
    };
    of_replica("whispr_store_replica_usable", "Whether the replica answers reads",
               [](const Replica& replica) { return replica.usable; });
    of_replica("whispr_store_replica_lag_bytes", "Log that the replica has not replayed",
               [](const Replica& replica) { return replica.lag_bytes; });
    of_replica(
        "whispr_store_replica_reads_total", "Reads that the replica answered",
        [](const Replica& replica) { return replica.reads; }, true);
    of_replica(
        "whispr_store_replica_passed_on_total",
        "Reads that the primary answered instead of the replica",
        [](const Replica& replica) { return replica.passed_on; }, true);
}

}  // namespace

void sample_engine(edge::Metrics& metrics, const whispr::Engine& engine) {
    const auto rising = [&](std::string_view name, std::string_view help,
                            std::uint64_t whispr::EngineStats::*field) {
        metrics.sampled(
            name, help, [&engine, field] { return static_cast<double>(engine.stats().*field); },
            true);
    };
    rising("whispr_engine_commands_total", "Commands answered by lanes",
           &whispr::EngineStats::commands);
    rising("whispr_engine_refused_total", "Commands answered with an error",
           &whispr::EngineStats::refused);
    rising("whispr_engine_batches_total", "Batches committed", &whispr::EngineStats::batches);
    rising("whispr_engine_batch_reruns_total", "Batches run again command by command",
           &whispr::EngineStats::batch_reruns);
    rising("whispr_engine_reads_total", "Reads answered", &whispr::EngineStats::reads);
    rising("whispr_engine_overloaded_total", "Commands turned away by a full queue",
           &whispr::EngineStats::overloaded);
    rising("whispr_engine_events_total", "Events told", &whispr::EngineStats::events);
    metrics.sampled(
        "whispr_engine_commit_seconds_total", "Time spent in write and commit",
        [&engine] { return static_cast<double>(engine.stats().commit_microseconds) / 1e6; }, true);
    sample_storage(metrics, engine);
    metrics.sampled("whispr_engine_lane_queued", "Commands waiting",
                    [&engine] { return static_cast<double>(engine.stats().lane_queued); });
    metrics.sampled("whispr_engine_reader_queued", "Reads waiting",
                    [&engine] { return static_cast<double>(engine.stats().reader_queued); });
}

void sample_media(edge::Metrics& metrics, const media::Media& media) {
    using media::MediaCounts;
    const auto rising = [&](std::string_view name, std::string_view help,
                            std::atomic<std::uint64_t> MediaCounts::*field) {
        metrics.sampled(
            name, help,
            [&media, field] { return static_cast<double>((media.counts.*field).load()); }, true);
    };
    rising("whispr_attachment_bytes_in_total", "Bytes of uploads received", &MediaCounts::bytes_in);
    rising("whispr_attachment_bytes_out_total", "Bytes of downloads answered with",
           &MediaCounts::bytes_out);
    rising("whispr_uploads_stored_total", "Uploads that became files", &MediaCounts::stored);
    rising("whispr_uploads_refused_total", "Uploads refused for what they are",
           &MediaCounts::refused);
    rising("whispr_uploads_failed_total", "Uploads and downloads that this server failed at",
           &MediaCounts::failed);
    rising("whispr_uploads_abandoned_total", "Uploads broken off by their clients",
           &MediaCounts::abandoned);
    rising("whispr_uploads_expired_total", "Unfinished uploads forgotten", &MediaCounts::expired);
    rising("whispr_downloads_total", "Files sent, or their parts", &MediaCounts::downloads);
    rising("whispr_thumbnails_total", "Thumbnails made", &MediaCounts::thumbnails);
    rising("whispr_thumbnails_failed_total", "Pictures without a thumbnail",
           &MediaCounts::thumbnails_failed);
    metrics.sampled("whispr_uploads_in_progress", "Uploads under way",
                    [&media] { return static_cast<double>(media.slots.taken()); });
    metrics.sampled("whispr_attachment_work_queued", "Waits for a thread of files",
                    [&media] { return static_cast<double>(media.workers.queued()); });
    metrics.sampled("whispr_attachment_store_up", "Whether the place of files answered last",
                    [&media] { return media.store_answers() ? 1.0 : 0.0; });
}

void sample_server(edge::Metrics& metrics, const net::Server& server) {
    using Snapshot = net::CountersSnapshot;
    Snapshot names;
    Snapshot::each(names, names, [&](std::string_view name, const auto&, const auto&) {
        const bool gauge = name.ends_with("_open");
        const auto read = [&server, name] {
            Snapshot now = server.counters();
            double found = 0;
            Snapshot::each(now, now, [&](std::string_view other, const auto& value, const auto&) {
                if (other == name) found = static_cast<double>(value);
            });
            return found;
        };
        metrics.sampled("whispr_net_" + std::string(name) + (gauge ? "" : "_total"),
                        "Counted by the networking layer", read, !gauge);
    });
}

void sample_rates(edge::Metrics& metrics, const SharedRates& rates) {
    metrics.sampled("whispr_rates_shared", "Limits are counted together with other nodes",
                    [&rates] { return rates.usable() ? 1.0 : 0.0; });
    metrics.sampled(
        "whispr_rates_round_trips_total", "Exchanges with Redis about limits",
        [&rates] { return static_cast<double>(rates.counts().round_trips); }, true);
    metrics.sampled(
        "whispr_rates_late_total", "Requests that were counted here, because Redis took too long",
        [&rates] { return static_cast<double>(rates.counts().late); }, true);
}

void sample_streams(edge::Metrics& metrics, const rpc::Streams& streams) {
    metrics.sampled("whispr_grpc_streams_open", "Connect streams that are open",
                    [&streams] { return static_cast<double>(streams.count()); });
}

void sample_edge(edge::Metrics& metrics, const edge::Authenticator& authenticator,
                 const edge::Log& log) {
    const auto rising = [&](std::string_view name, std::string_view help,
                            std::uint64_t edge::Authenticator::Counts::*field) {
        metrics.sampled(
            name, help,
            [&authenticator, field] { return static_cast<double>(authenticator.counts().*field); },
            true);
    };
    rising("whispr_auth_cache_hits_total", "Tokens known already",
           &edge::Authenticator::Counts::cache_hits);
    rising("whispr_auth_cache_misses_total", "Tokens whose signature was checked",
           &edge::Authenticator::Counts::cache_misses);
    rising("whispr_auth_refused_total", "Credentials refused",
           &edge::Authenticator::Counts::refused);
    metrics.sampled(
        "whispr_log_dropped_total", "Log lines lost",
        [&log] { return static_cast<double>(log.dropped()); }, true);
}

}  // namespace whisprd
