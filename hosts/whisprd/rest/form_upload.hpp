// One file of a form on its way: its fields, its bytes into the spool, the checks, the answer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "media/filing.hpp"
#include "media/form_stream.hpp"
#include "media/spool.hpp"
#include "net/http_stream.hpp"
#include "rest/call.hpp"

namespace whisprd::rest {

// All members on the connection's I/O thread, unless they say otherwise.
class FormUpload final : public media::FormListener,
                         public std::enable_shared_from_this<FormUpload> {
 public:
    struct Form {
        std::string boundary;
        bool names_message = false;  // the message is named by a field, and has to be
        std::optional<whispr::OpId> op_id;
        std::shared_ptr<void> slot;
    };
    FormUpload(CallPtr call, net::BodyControl control, Form form);

    // Looks whether there is room for so many bytes, and lets the body come.
    void begin(std::uint64_t announced);
    [[nodiscard]] bool take(std::string_view bytes);
    void end();
    // The client is gone, if the request was not answered.
    void gone();

    void on_field(std::string_view name, std::string_view value) override;
    bool on_file(std::string_view name, std::string_view file_name, std::string_view type) override;
    void on_file_bytes(std::string_view bytes) override;
    void on_file_end() override {}

 private:
    void refuse(const edge::HttpError& error);
    void check_message();
    void message_checked(const whispr::Result<whispr::Message>& message);
    void go_on();
    [[nodiscard]] media::Spool::Plan plan();

    // On a worker.
    void spooled(media::Spool::End end);
    void file(std::unique_ptr<whispr::BlobWriter> writer);
    void filed(whispr::Result<whispr::Upload> upload);
    void attach(const whispr::Upload& upload);
    void refuse_later(const edge::HttpError& error);
    void drop_later();
    // Any thread: runs it on the I/O thread.
    template <class Step>
    void on_io(Step step) {
        thread_.post(
            [self = shared_from_this(), step = std::move(step)]() mutable { step(*self); });
    }

    CallPtr call_;  // empty once it was answered
    media::Media& media_;
    whispr::Engine& engine_;
    const whispr::Caller caller_;
    net::IoThread& thread_;
    const net::BodyControl control_;
    Form form_;
    media::FormStream stream_;
    const whispr::UploadId id_;
    std::shared_ptr<media::Spool> spool_;

    media::FileWords words_;
    std::string declared_type_;
    std::string metadata_error_;
    std::string given_name_;
    std::optional<whispr::MessageId> message_;
    std::optional<whispr::FileType> kind_;
    std::uint64_t size_ = 0;
    bool message_malformed_ = false;
    bool checking_ = false;
    bool checked_ = false;
    bool held_ = false;   // no more bytes until the spool or the check says so
    bool ended_ = false;  // all bytes have come
};

}  // namespace whisprd::rest
