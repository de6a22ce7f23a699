// /messages/:id/attachments and /attachments: what messages know of their files, which are stored
// here (uploads.cpp) or at another service, whose URLs are kept.
#include <array>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/attachments.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using edge::json::Value;
using whispr::Attachment;
using whispr::Errc;

constexpr HttpErrors show_errors{};
constexpr std::array add_wordings{HttpWording{Errc::invalid, 422, "Failed to create attachment"}};
constexpr HttpErrors add_errors{.wordings = add_wordings};
constexpr std::array remove_wordings{
    HttpWording{Errc::forbidden, 403, "You don't have permission to delete this attachment"}};
constexpr HttpErrors remove_errors{.wordings = remove_wordings};

void render(Call& call, unsigned status, const Attachment& attachment) {
    std::string& out = scratch();
    out += R"({"data":)";
    edge::json::write_attachment(out, attachment);
    out += '}';
    call.answer(status, out);
}

void list(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    auto& messages = call->service().engine.messages();
    const whispr::Caller caller = *call->caller();
    messages.show(
        caller, *id,
        answering<whispr::Message>(std::move(call), show_errors, [](Call& asked, auto& message) {
            std::string& out = scratch();
            out += R"({"data":[)";
            for (const Attachment& attachment : message.attachments) {
                if (out.back() != '[') out += ',';
                edge::json::write_attachment(out, attachment);
            }
            out += R"(],"meta":{"messageId":)";
            edge::json::write_text(out, asked.path(0));
            out += R"(,"count":)";
            edge::json::write_number(out, static_cast<std::int64_t>(message.attachments.size()));
            out += "}}";
            asked.answer(200, out);
        }));
}

// The command that the fields describe; what is wrong with them is noted in `check`. What describes
// the file stands at the top level or in the metadata.
whispr::AddAttachment read_add(const Params& params, FieldCheck& check) {
    using namespace edge::json;
    whispr::AddAttachment command;
    const Value metadata = params.find("metadata");
    if (const auto text = check.accept("metadata", to_object(metadata))) {
        command.metadata = std::string(*text);
    }
    const auto find = [&](std::string_view name) {
        const Value top = params.find(name);
        return top.given() ? top : metadata.find(name);
    };
    const auto read_text = [&](std::string_view name, std::string& into) {
        if (const auto text = check.accept(name, to_text(find(name)))) into = std::string(*text);
    };
    read_text("filename", command.file_name);
    read_text("mime_type", command.mime_type);
    read_text("media_url", command.url);
    read_text("thumbnail_url", command.thumbnail_url);
    read_text("media_id", command.media_id);
    if (const auto type = check.accept("media_type", to_text(find("media_type")))) {
        const auto known = whispr::parse_file_type(*type);
        if (!known) check.wrong.push_back({"media_type", "is invalid"});
        command.type = known.value_or(whispr::FileType::image);
    }
    command.size = check.accept("size", to_integer(find("size"))).value_or(0);
    return command;
}

void attach(CallPtr call, whispr::MessageId message, whispr::AttachmentId upload) {
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.attach(
        caller, {message, upload},
        answering<Attachment>(std::move(call), show_errors, [](Call& asked, auto& attachment) {
            render(asked, 201, attachment);
        }));
}

void add(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::MessageId>(call, 0);
    if (!id) return;
    FieldCheck check;
    whispr::AddAttachment command = read_add(call->params(), check);
    if (!read_op_id(call, command.op_id)) return;
    // A file that was stored here before has an id and needs nothing else.
    const auto upload = whispr::AttachmentId::parse(command.media_id);
    if (upload && command.url.empty()) return attach(std::move(call), *id, *upload);
    command.message = *id;
    // The engine refuses it then, but not before it has found that the message is the caller's.
    if (!check.wrong.empty()) command.size = 0;
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.add(
        caller, std::move(command),
        answering<Attachment>(std::move(call), add_errors, [](Call& asked, auto& attachment) {
            render(asked, 201, attachment);
        }));
}

void show(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::AttachmentId>(call, 0);
    if (!id) return;
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.show(
        caller, *id,
        answering<Attachment>(std::move(call), show_errors, [](Call& asked, auto& attachment) {
            render(asked, 200, attachment);
        }));
}

void answer_removed(Call& call) {
    std::string& out = scratch();
    out += R"({"data":{"id":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"deleted":true}})";
    call.answer(200, out);
}

// One's own file that no message has taken.
void discard(CallPtr call, whispr::AttachmentId id) {
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.discard(
        caller, id,
        answering<whispr::Upload>(std::move(call), remove_errors,
                                  [](Call& asked, auto&) { answer_removed(asked); }));
}

void remove(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::AttachmentId>(call, 0);
    if (!id) return;
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.remove(
        caller, *id,
        [call = std::move(call), id = *id](const whispr::Result<Attachment>& removed) mutable {
            net::IoThread& thread = call->thread();
            thread.post([call = std::move(call), id, removed]() mutable {
                if (removed) return answer_removed(*call);
                const bool maybe_upload =
                    removed.error().code == Errc::not_found && call->service().media != nullptr;
                if (maybe_upload) return discard(std::move(call), id);
                call->refuse(edge::http_error(removed.error(), remove_errors));
            });
        });
}

constexpr std::array routes{
    Route{"GET", "/messages/:id/attachments", list},
    Route{"POST", "/messages/:message_id/attachments", add},
    Route{"GET", "/attachments/:id", show},
    Route{"DELETE", "/attachments/:id", remove},
};

}  // namespace

std::span<const Route> attachment_routes() {
    return routes;
}

}  // namespace whisprd::rest
