#include "whispr/attachments.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Attachments::add(const Caller&, AddAttachment, Completion<Attachment> done) {
    done(todo());
}
void Attachments::remove(const Caller&, AttachmentId, Completion<Attachment> done) {
    done(todo());
}
void Attachments::show(const Caller&, AttachmentId, Completion<Attachment> done) {
    done(todo());
}

}  // namespace whispr
