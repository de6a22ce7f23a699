// GET /attachments/:id/download and /thumbnail, to members of the message's conversation, or to
// whoever has a link that one of them asked for (/attachments/:id/link).
#include <array>
#include <charconv>
#include <memory>

#include "edge/json/text.hpp"
#include "media/blob_body.hpp"
#include "media/byte_ranges.hpp"
#include "media/disposition.hpp"
#include "media/file_kind.hpp"
#include "media/media.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/attachments.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using media::ByteRange;
using media::RangeRequest;
using whispr::Errc;

constexpr std::string_view not_on_server = "File not found on server";
constexpr std::array wordings{HttpWording{Errc::not_found, 404, "Attachment not found"}};
constexpr HttpErrors errors{.wordings = wordings};
constexpr HttpErrors store_errors{};

enum class Variant { file, thumbnail };

std::string_view path_of(Variant variant) {
    return variant == Variant::file ? "/download" : "/thumbnail";
}

// What is served, and how.
struct Served {
    whispr::BlobKey key;
    std::uint64_t size = 0;
    std::string type;
    std::string name;
    bool in_place = false;
};

Served serve_as(const Call& call, Variant variant, const whispr::StoredFile& file,
                std::int64_t size, const std::string& type, const std::string& name) {
    Served served;
    if (variant == Variant::thumbnail) {
        const whispr::Thumbnail& small = file.thumbnails.front();
        served = {small.blob, static_cast<std::uint64_t>(small.size), small.mime_type,
                  name + ".webp", true};
        return served;
    }
    const bool asked = call.params().query("disposition") == "inline";
    served = {file.blob, static_cast<std::uint64_t>(size), type, name, false};
    if (file.encrypted || !media::is_media_type(type)) served.type = "application/octet-stream";
    served.in_place = asked && !file.encrypted && media::is_inline(type);
    return served;
}

std::string tag_of(const whispr::BlobKey& key) {
    return '"' + key.to_string() + '"';
}

void describe(net::HttpResponse& response, const Served& served) {
    response.add("etag", tag_of(served.key));
    response.add("accept-ranges", "bytes");
    // Kept by browsers, but asked for each time: who was removed gets it no more.
    response.add("cache-control", "private, no-cache");
}

void describe_content(net::HttpResponse& response, const Served& served, std::string type) {
    response.add("content-type", std::move(type));
    response.add("content-disposition", media::content_disposition(served.in_place, served.name));
    response.add("x-content-type-options", "nosniff");
    response.add("content-security-policy", "default-src 'none'; sandbox");
}

// The range that counts: none when If-Range names another version.
RangeRequest range_of(const net::HttpRequest& request, const Served& served) {
    const auto condition = request.header("if-range");
    if (request.method() != "GET" || (condition && *condition != tag_of(served.key))) return {};
    return media::read_range(request.header("range"), served.size);
}

// The parts with what stands between them (RFC 9110 §14.6).
std::string add_parts(net::StreamedBody& body, const media::BlobBody& blob, const Served& served,
                      const std::vector<ByteRange>& ranges) {
    // Drawn, so that no file can contain it on purpose.
    const std::string boundary = media::draw_upload_id().to_string();
    for (const ByteRange& range : ranges) {
        body.parts.emplace_back(net::Buffer::copy(
            "\r\n--" + boundary + "\r\ncontent-type: " + served.type +
            "\r\ncontent-range: " + media::content_range(range, served.size) + "\r\n\r\n"));
        body.parts.push_back(blob.part(range));
    }
    body.parts.emplace_back(net::Buffer::copy("\r\n--" + boundary + "--\r\n"));
    return "multipart/byteranges; boundary=" + boundary;
}

void send(Call& call, const Served& served, const media::BlobBody& blob) {
    const RangeRequest asked = range_of(call.request(), served);
    net::HttpResponse response;
    response.stream = std::make_shared<net::StreamedBody>();
    describe(response, served);
    std::string type = served.type;
    if (asked.kind == RangeRequest::Kind::whole) {
        response.stream->parts.push_back(blob.part({0, served.size}));
    } else {
        response.status = 206;
        if (asked.parts.size() == 1) {
            response.add("content-range", media::content_range(asked.parts.front(), served.size));
            response.stream->parts.push_back(blob.part(asked.parts.front()));
        } else {
            type = add_parts(*response.stream, blob, served, asked.parts);
        }
    }
    describe_content(response, served, std::move(type));
    auto& counts = call.service().media->counts;
    counts.downloads.fetch_add(1, std::memory_order_relaxed);
    if (call.request().method() != "HEAD")
        counts.bytes_out.fetch_add(response.stream->size(), std::memory_order_relaxed);
    call.respond(std::move(response));
}

// Where the store itself serves this, if it does and we send people there.
std::optional<std::string> place_in_store(const media::Media& media, const Served& served) {
    if (!media.options.redirects) return std::nullopt;
    whispr::BlobLink link;
    link.lifetime = std::chrono::seconds(60);
    link.content_type = served.type;
    link.content_disposition = media::content_disposition(served.in_place, served.name);
    auto url = media.store->link(served.key, link);
    return url ? *std::move(url) : std::nullopt;
}

void redirect(Call& call, const std::string& url) {
    call.service().media->counts.downloads.fetch_add(1, std::memory_order_relaxed);
    net::HttpResponse response;
    response.status = 302;
    response.add("location", url);
    response.add("cache-control", "no-store");
    call.respond(std::move(response));
}

// Opens the blob, on a worker, and sends it.
void open(CallPtr call, Served served) {
    media::Media& media = *call->service().media;
    net::IoThread& thread = call->thread();
    if (auto url = place_in_store(media, served)) {
        thread.post([call = std::move(call), url = *std::move(url)] { redirect(*call, url); });
        return;
    }
    auto reader = media.store->read(served.key);
    std::shared_ptr<media::BlobBody> blob;
    std::optional<whispr::Error> error;
    if (reader) {
        blob = std::make_shared<media::BlobBody>(media.workers, *std::move(reader));
    } else {
        error = reader.error();
    }
    thread.post([call = std::move(call), served = std::move(served), blob, error]() mutable {
        if (blob != nullptr) return send(*call, served, *blob);
        call->service().media->counts.failed.fetch_add(1, std::memory_order_relaxed);
        call->refuse(error->code == Errc::not_found ? edge::plain_error(404, not_on_server)
                                                    : edge::http_error(*error, store_errors));
    });
}

void serve(CallPtr call, Served served) {
    const net::HttpRequest& request = call->request();
    const auto known = request.header("if-none-match");
    const bool unchanged = known && media::names_tag(*known, tag_of(served.key));
    const bool beyond = range_of(request, served).kind == RangeRequest::Kind::unsatisfiable;
    if (unchanged || beyond) {
        net::HttpResponse response;
        response.status = unchanged ? 304 : 416;
        describe(response, served);
        if (beyond && !unchanged)
            response.add("content-range", "bytes */" + std::to_string(served.size));
        return call->respond(std::move(response));
    }
    media::WorkerPool& workers = call->service().media->workers;
    auto shared = std::make_shared<CallPtr>(std::move(call));
    const bool posted = workers.post([shared, served = std::move(served)]() mutable {
        open(std::move(*shared), std::move(served));
    });
    if (!posted && *shared != nullptr) (*shared)->refuse(edge::unavailable_error());
}

// `Found` is an attachment, or an upload, whose file is always there.
template <class Found>
void serve_found(CallPtr call, Variant variant, const Found& found,
                 const std::optional<whispr::StoredFile>& file) {
    const bool there = file && (variant == Variant::file || !file->thumbnails.empty());
    if (!there || call->service().media == nullptr)
        return call->refuse(edge::plain_error(404, not_on_server));
    const Served served =
        serve_as(*call, variant, *file, found.size, found.mime_type, found.file_name);
    serve(std::move(call), served);
}

// What a completion found, brought back to the connection's thread.
template <class T, class Use>
whispr::Completion<T> bring_back(CallPtr call, Use use) {
    return whispr::Completion<T>(
        [call = std::move(call), use = std::move(use)](whispr::Result<T> result) mutable {
            net::IoThread& thread = call->thread();
            thread.post([call = std::move(call), use = std::move(use),
                         result = std::move(result)]() mutable {
                use(std::move(call), std::move(result));
            });
        });
}

// One's own file, that no message has taken yet.
void find_upload(CallPtr call, whispr::AttachmentId id, Variant variant) {
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.show_upload(
        caller, id,
        bring_back<whispr::Upload>(
            std::move(call), [variant](CallPtr asked, whispr::Result<whispr::Upload> found) {
                if (!found) return asked->refuse(edge::http_error(found.error(), errors));
                serve_found(std::move(asked), variant, *found, found->file);
            }));
}

void find_file(CallPtr call, whispr::AttachmentId id, Variant variant) {
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.show(caller, id,
                     bring_back<whispr::Attachment>(
                         std::move(call),
                         [id, variant](CallPtr asked, whispr::Result<whispr::Attachment> found) {
                             const bool maybe_upload = !found &&
                                                       found.error().code == Errc::not_found &&
                                                       asked->service().media != nullptr;
                             if (maybe_upload) return find_upload(std::move(asked), id, variant);
                             if (!found)
                                 return asked->refuse(edge::http_error(found.error(), errors));
                             serve_found(std::move(asked), variant, *found, found->file);
                         }));
}

std::string link_path(std::string_view id, Variant variant) {
    return "/attachments/" + std::string(id) + std::string(path_of(variant));
}

std::int64_t now_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

// Whether the request has a link's signature, and, if so, whether it counts: then the call acts for
// the user who asked for the link. False: it was answered.
bool admit_link(CallPtr& call, whispr::AttachmentId id, Variant variant) {
    const auto signature = call->params().query("signature");
    const media::Media* media = call->service().media;
    if (!signature || media == nullptr) return admit(call);
    const auto user = whispr::UserId::parse(call->params().query("user").value_or(""));
    const auto text = call->params().query("expires").value_or("");
    std::int64_t expires = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), expires);
    const std::string path = link_path(id.to_string(), variant);
    const bool genuine = user && error == std::errc() && end == text.data() + text.size() &&
                         media->links.is_genuine({path, *user, expires}, *signature);
    if (!genuine || expires < now_seconds()) {
        call->refuse(edge::plain_error(403, genuine ? "Link has expired" : "Link is not valid"));
        call.reset();
        return false;
    }
    call->act_as({*user, {}});
    return true;
}

void download_as(CallPtr call, Variant variant) {
    const auto id = path_id<whispr::AttachmentId>(call, 0);
    if (!id || !admit_link(call, *id, variant)) return;
    find_file(std::move(call), *id, variant);
}

void download(CallPtr call) {
    download_as(std::move(call), Variant::file);
}

void thumbnail(CallPtr call) {
    download_as(std::move(call), Variant::thumbnail);
}

void answer_link(Call& call, bool with_thumbnail) {
    const media::Media& media = *call.service().media;
    const std::int64_t expires = now_seconds() + media.options.link_lifetime.count();
    const auto write_url = [&](std::string& out, Variant variant) {
        const auto id = whispr::AttachmentId::parse(call.path(0))->to_string();
        const std::string path = link_path(id, variant);
        edge::json::write_text(out, "/messaging/api/v1" + path + "?" +
                                        media.links.query({path, call.caller()->user, expires}));
    };
    std::string& out = scratch();
    out += R"({"data":{"url":)";
    write_url(out, Variant::file);
    out += R"(,"thumbnailUrl":)";
    if (with_thumbnail) {
        write_url(out, Variant::thumbnail);
    } else {
        out += "null";
    }
    out += R"(,"expiresAt":)";
    edge::json::write(out, whispr::Time(std::chrono::seconds(expires)));
    out += "}}";
    call.answer(200, out);
}

void link(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::AttachmentId>(call, 0);
    if (!id) return;
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = *call->caller();
    attachments.show(
        caller, *id,
        answering<whispr::Attachment>(std::move(call), errors, [](Call& asked, auto& found) {
            if (!found.file || asked.service().media == nullptr)
                return asked.refuse(edge::plain_error(404, not_on_server));
            answer_link(asked, !found.file->thumbnails.empty());
        }));
}

constexpr std::array routes{
    Route{"GET", "/attachments/:id/download", download, Audience::files},
    Route{"GET", "/attachments/:id/thumbnail", thumbnail, Audience::files},
    Route{"GET", "/attachments/:id/link", link},
};

}  // namespace

std::span<const Route> download_routes() {
    return routes;
}

}  // namespace whisprd::rest
