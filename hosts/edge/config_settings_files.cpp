#include "config_codecs.hpp"
#include "config_settings.hpp"

namespace edge {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view group = "Files of attachments";
constexpr std::size_t kib = 1024;
constexpr std::size_t gib = std::size_t{1} << 30;
constexpr std::size_t tib = std::size_t{1} << 40;

using Table = std::vector<Setting>;

void add_places(Table& table) {
    table.push_back({"attachments",
                     group,
                     "PLACE",
                     "A directory, s3://BUCKET[/PREFIX], or off (DATA_DIR/attachments; off with "
                     "memory:)",
                     codec::text(&Config::attachments),
                     {}});
    table.push_back({"attachments_spool",
                     group,
                     "DIR",
                     "Where uploads wait that go to S3; one directory per node "
                     "(DATA_DIR/attachments_spool)",
                     codec::text(&Config::attachments_spool),
                     {}});
    table.push_back({"s3_endpoint",
                     group,
                     "URL",
                     "Where S3 is spoken, if not at AWS",
                     codec::service_url(&Config::s3_endpoint),
                     {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "S3_ENDPOINT"}});
    table.push_back({"s3_public_endpoint",
                     group,
                     "URL",
                     "The same as clients reach it, for --attachment-redirect",
                     codec::service_url(&Config::s3_public_endpoint),
                     {}});
    table.push_back({"s3_region",
                     group,
                     "TEXT",
                     "The bucket's region",
                     codec::text(&Config::s3_region),
                     {"AWS_REGION", "AWS_DEFAULT_REGION", "S3_REGION"}});
    table.push_back({"s3_access_key",
                     group,
                     "TEXT",
                     "Who asks S3",
                     codec::secret(&Config::s3_access_key),
                     {"AWS_ACCESS_KEY_ID", "S3_ACCESS_KEY"}});
    table.push_back({"s3_secret_key",
                     group,
                     "SECRET",
                     "What S3 is asked with; better given by the environment",
                     codec::secret(&Config::s3_secret_key),
                     {"AWS_SECRET_ACCESS_KEY", "S3_SECRET_KEY"}});
}

void add_bounds(Table& table) {
    table.push_back({"max_attachment_size",
                     group,
                     "BYTES",
                     "One file",
                     codec::size(&Config::max_attachment_size, kib, 16 * gib),
                     {}});
    table.push_back({"attachment_quota",
                     group,
                     "BYTES",
                     "All files of a user",
                     codec::size(&Config::attachment_quota, kib, 1024 * tib),
                     {}});
    table.push_back({"max_uploads_per_user",
                     group,
                     "N",
                     "Uploads of a user at once",
                     codec::count(&Config::max_uploads_per_user, 1, 10'000),
                     {}});
    table.push_back({"upload_lifetime",
                     group,
                     "TIME",
                     "After which an upload that is not finished, or that no message took, is "
                     "forgotten",
                     codec::duration(&Config::upload_lifetime, 1s, 24h * 365),
                     {}});
    table.push_back({"attachment_grace",
                     group,
                     "TIME",
                     "How long the bytes of a file are kept at least; longer than it takes to "
                     "make one of an upload",
                     codec::duration(&Config::attachment_grace, 1s, 24h * 30),
                     {}});
    table.push_back({"attachment_threads",
                     group,
                     "N",
                     "Threads that wait for the disk or S3",
                     codec::count(&Config::attachment_threads, 1, 256),
                     {}});
}

void add_links(Table& table) {
    table.push_back({"link_keys",
                     group,
                     "SECRET,...",
                     "What links to files are signed with, the same on all nodes: the first "
                     "signs, all are accepted; none: drawn at start",
                     codec::secret(&Config::link_keys),
                     {}});
    table.push_back({"link_lifetime",
                     group,
                     "TIME",
                     "How long a link opens a file",
                     codec::duration(&Config::link_lifetime, 1s, 24h * 365),
                     {}});
    table.push_back({"attachment_redirect",
                     group,
                     "",
                     "Send downloads to S3 itself, with a link of a minute",
                     codec::on_off(&Config::attachment_redirect),
                     {}});
    table.push_back({"thumbnailer",
                     group,
                     "FILE|off",
                     "The program that makes thumbnails (whispr-thumbnail beside whisprd)",
                     codec::text(&Config::thumbnailer),
                     {}});
}

}  // namespace

void add_files(std::vector<Setting>& table) {
    add_places(table);
    add_bounds(table);
    add_links(table);
}

}  // namespace edge
