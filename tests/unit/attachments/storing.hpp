// An engine with a blob store in memory, and short calls for what is done with it.
#pragma once

#include <string>
#include <vector>

#include "support/engine_fixture.hpp"
#include "whispr/adapters/blob_stores.hpp"

namespace whispr::test {

/// Counts removals, and fails when it is told to.
class WatchedBlobs final : public BlobStore {
 public:
    explicit WatchedBlobs(std::shared_ptr<BlobStore> inner) : inner_(std::move(inner)) {}

    int removals = 0;
    bool broken = false;
    std::function<void()> before_removal{};

    Result<void> begin(UploadId id, const std::string& note) override {
        return inner_->begin(id, note);
    }
    Result<std::unique_ptr<BlobWriter>> open(UploadId id) override { return inner_->open(id); }
    Result<std::optional<StagedUpload>> upload(UploadId id) override { return inner_->upload(id); }
    Result<void> drop(UploadId id) override { return inner_->drop(id); }
    Result<std::vector<StagedUpload>> uploads(std::optional<UploadId> after) override {
        return inner_->uploads(after);
    }
    Result<std::unique_ptr<BlobReader>> read(const BlobKey& key) override {
        return inner_->read(key);
    }
    Result<std::optional<StoredBlob>> blob(const BlobKey& key) override {
        return inner_->blob(key);
    }
    Result<void> remove(const BlobKey& key) override {
        ++removals;
        if (before_removal) before_removal();
        if (broken) return Error{Errc::unavailable, "the store is down", {}};
        return inner_->remove(key);
    }
    Result<std::vector<StoredBlob>> blobs(std::optional<BlobKey> after) override {
        return inner_->blobs(after);
    }
    Result<std::optional<std::string>> link(const BlobKey& key, const BlobLink& link) override {
        return inner_->link(key, link);
    }

 private:
    const std::shared_ptr<BlobStore> inner_;
};

struct Storing : ManualEngine {
    explicit Storing(const Limits& limits = {}) : ManualEngine(limits) {
        blobs = std::make_shared<WatchedBlobs>(make_memory_blobs(clock));
        options.blobs = blobs;
        restart();
    }
    std::shared_ptr<WatchedBlobs> blobs;

    /// What a host does before it finishes a blob.
    Answer<Done> reserve(UserId caller, const BlobKey& key, std::int64_t size) {
        Answer<Done> answer;
        engine->attachments().reserve({caller, {}}, {{{key, size}}}, answer.completion());
        return answer;
    }
    Answer<Upload> store(UserId caller, StoreUpload command) {
        Answer<Upload> answer;
        engine->attachments().store({caller, {}}, std::move(command), answer.completion());
        return answer;
    }
    Answer<Attachment> attach(UserId caller, MessageId message, AttachmentId upload) {
        Answer<Attachment> answer;
        engine->attachments().attach({caller, {}}, {message, upload}, answer.completion());
        return answer;
    }
    Answer<Attachment> detach(UserId caller, AttachmentId id) {
        Answer<Attachment> answer;
        engine->attachments().remove({caller, {}}, id, answer.completion());
        return answer;
    }
    Answer<Upload> discard(UserId caller, AttachmentId upload) {
        Answer<Upload> answer;
        engine->attachments().discard({caller, {}}, upload, answer.completion());
        return answer;
    }
    Answer<Upload> show_upload(UserId caller, AttachmentId upload) {
        Answer<Upload> answer;
        engine->attachments().show_upload({caller, {}}, upload, answer.completion());
        return answer;
    }
    StoredUsage usage(UserId caller) {
        Answer<StoredUsage> answer;
        engine->attachments().usage({caller, {}}, answer.completion());
        return answer.value();
    }
    Answer<Gallery> gallery(UserId caller, ReadGallery query) {
        Answer<Gallery> answer;
        engine->attachments().gallery({caller, {}}, query, answer.completion());
        return answer;
    }

    /// Stages the bytes; gives the writer with its key.
    std::unique_ptr<BlobWriter> stage(const std::string& bytes) {
        const UploadId id{numbered(++staged_, 0xb1)};
        REQUIRE(blobs->begin(id, ""));
        auto writer = blobs->open(id);
        REQUIRE(writer);
        REQUIRE((*writer)->append(0, std::as_bytes(std::span(bytes))));
        return *std::move(writer);
    }
    static StoreUpload facts_of(const BlobKey& key, const std::string& bytes) {
        StoreUpload command;
        command.file_name = "photo.png";
        command.type = FileType::image;
        command.mime_type = "image/png";
        command.size = static_cast<std::int64_t>(bytes.size());
        command.file.blob = key;
        command.file.width = 640;
        command.file.height = 480;
        return command;
    }
    /// All of it.
    Upload uploaded(UserId caller, const std::string& bytes) {
        const auto writer = stage(bytes);
        const BlobKey key = writer->digest().value();
        (void)reserve(caller, key, static_cast<std::int64_t>(bytes.size())).value();
        REQUIRE(writer->finish());
        return store(caller, facts_of(key, bytes)).value();
    }
    bool is_stored(const BlobKey& key) { return blobs->blob(key).value().has_value(); }
    /// Lets the grace pass, and the look that follows it.
    void pass_grace() { executor->advance(engine->limits().blob_grace + std::chrono::minutes(2)); }

 private:
    std::uint64_t staged_ = 0;
};

}  // namespace whispr::test
