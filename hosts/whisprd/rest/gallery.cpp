// /conversations/:id/attachments: the files of a conversation, newest first, of all types or one.
#include <array>
#include <charconv>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/attachments.hpp"
#include "whispr/limits.hpp"

namespace whisprd::rest {

namespace {

using whispr::Gallery;
using whispr::GalleryItem;
using whispr::GalleryPlace;

constexpr std::size_t page = 50;
constexpr std::array wordings{
    edge::HttpWording{whispr::Errc::conversation_not_found, 404, "Resource not found"}};
constexpr edge::HttpErrors errors{.wordings = wordings};

// The place as clients give it back: the message's number, a dot, the attachment's id.
std::string cursor_of(const GalleryItem& item) {
    return std::to_string(item.mseq) + "." + item.attachment.id.uuid.to_string();
}

std::optional<GalleryPlace> read_cursor(std::string_view text) {
    GalleryPlace place;
    const char* const end = text.data() + text.size();
    const auto [dot, failed] = std::from_chars(text.data(), end, place.mseq);
    if (failed != std::errc() || dot == end || *dot != '.' || place.mseq < 1) return std::nullopt;
    const auto id =
        whispr::AttachmentId::parse(text.substr(static_cast<std::size_t>(dot + 1 - text.data())));
    if (!id) return std::nullopt;
    place.attachment = *id;
    return place;
}

whispr::ReadGallery read_query(whispr::ConversationId conversation, const Params& params,
                               FieldCheck& check) {
    whispr::ReadGallery query{conversation, {}, {}, read_limit(params, page, page)};
    if (const auto type = params.query("type")) {
        query.type = whispr::parse_file_type(*type);
        if (!query.type) check.wrong.push_back({"type", "is invalid"});
    }
    if (const auto cursor = params.query("cursor")) {
        query.before = read_cursor(*cursor);
        if (!query.before) check.wrong.push_back({"cursor", "is invalid"});
    }
    return query;
}

void write_item(std::string& out, const GalleryItem& item) {
    edge::json::write_attachment(out, item.attachment);
    out.pop_back();
    out += R"(,"mseq":)";
    edge::json::write_number(out, item.mseq);
    out += R"(,"senderId":)";
    edge::json::write(out, item.sender);
    out += R"(,"sentAt":)";
    edge::json::write(out, item.sent_at);
    out += '}';
}

void render(Call& call, const Gallery& gallery) {
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const GalleryItem& item : gallery.items) {
        if (out.back() != '[') out += ',';
        write_item(out, item);
    }
    out += R"(],"meta":{"conversationId":)";
    edge::json::write_text(out, call.path(0));
    out += R"(,"count":)";
    edge::json::write_number(out, static_cast<std::int64_t>(gallery.items.size()));
    out += R"(,"cursor":)";
    if (gallery.has_more) {
        edge::json::write_text(out, cursor_of(gallery.items.back()));
    } else {
        out += "null";
    }
    out += R"(,"hasMore":)";
    edge::json::write_bool(out, gallery.has_more);
    out += "}}";
    call.answer(200, out);
}

void list(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    FieldCheck check;
    const whispr::ReadGallery query = read_query(*id, call->params(), check);
    if (!check.wrong.empty()) return refuse_fields(std::move(call), *id, check, errors);
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.gallery(caller, query, answering<Gallery>(std::move(call), errors, render));
}

constexpr std::array routes{Route{"GET", "/conversations/:id/attachments", list}};

}  // namespace

std::span<const Route> gallery_routes() {
    return routes;
}

}  // namespace whisprd::rest
