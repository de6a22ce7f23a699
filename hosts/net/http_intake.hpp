// The body of one request on its way to a BodySink: paused or not, and by when the next bytes are
// due.
#pragma once

#include <memory>
#include <string_view>

#include "net/http_parser.hpp"
#include "net/http_stream.hpp"
#include "net/options.hpp"
#include "net/protocol.hpp"

namespace net {

// On the connection's I/O thread.
class BodyIntake {
 public:
    // What one of them may hold: pieces that the sink keeps while it is busy, and what was read
    // meanwhile.
    static constexpr std::size_t memory = 256 * 1024;

    // Requires: `parser` has read a head and streams. Begins paused.
    BodyIntake(HttpParser& parser, std::uint32_t serial, Time now)
        : parser_(parser), serial_(serial), since_(now), progress_(now), paused_at_(now) {}

    std::uint32_t serial() const { return serial_; }
    bool is_paused() const { return paused_; }
    bool was_resumed() const { return resumed_; }
    // Requires: before the first feed(). Null: what comes is thrown away.
    void set_sink(std::unique_ptr<BodySink> sink) { sink_ = std::move(sink); }

    void resume(Time now);
    // The sink wants no more.
    void stop() { paused_ = true; }
    // Gives bytes to the sink until it has had enough, they are used up or the body has ended.
    // `rest` is left with what was not used. False: no progress without more bytes or resume().
    // An exception of the sink passes through.
    HttpParser::State feed(std::string_view& rest, Time now);
    void end() { sink_->on_end(); }

    // By when more has to come; never while paused: the host takes its time.
    Time deadline(const TimeLimits& times) const;

 private:
    HttpParser& parser_;
    std::unique_ptr<BodySink> sink_;
    std::uint32_t serial_;
    Time since_;     // the beginning of the body, moved by what the host took
    Time progress_;  // the last bytes
    Time paused_at_;
    bool paused_ = true;
    bool resumed_ = false;
};

}  // namespace net
