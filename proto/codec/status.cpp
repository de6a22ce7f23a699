#include "proto/codec/status.hpp"

#include "google/rpc/error_details.pb.h"

namespace whispr::codec {

google::rpc::Status encode(const Failure& failure) {
    google::rpc::Status status;
    status.set_code(failure.code);
    status.set_message(failure.text);
    google::rpc::ErrorInfo info;
    info.set_reason(failure.reason);
    info.set_domain("whispr");
    status.add_details()->PackFrom(info);
    if (!failure.fields.empty()) {
        google::rpc::BadRequest bad;
        for (const auto& field : failure.fields) {
            auto& violation = *bad.add_field_violations();
            violation.set_field(field.field);
            violation.set_description(field.message);
        }
        status.add_details()->PackFrom(bad);
    }
    if (failure.retry_after) {
        google::rpc::RetryInfo retry;
        const auto seconds = std::chrono::floor<std::chrono::seconds>(*failure.retry_after);
        const std::chrono::nanoseconds rest = *failure.retry_after - seconds;
        retry.mutable_retry_delay()->set_seconds(seconds.count());
        retry.mutable_retry_delay()->set_nanos(static_cast<std::int32_t>(rest.count()));
        status.add_details()->PackFrom(retry);
    }
    return status;
}

Failure decode(const google::rpc::Status& status) {
    Failure failure;
    failure.code = status.code();
    failure.text = status.message();
    for (const auto& detail : status.details()) {
        google::rpc::ErrorInfo info;
        google::rpc::BadRequest bad;
        google::rpc::RetryInfo retry;
        if (detail.UnpackTo(&info)) failure.reason = info.reason();
        if (detail.UnpackTo(&bad)) {
            for (const auto& violation : bad.field_violations())
                failure.fields.push_back({violation.field(), violation.description()});
        }
        if (detail.UnpackTo(&retry)) {
            failure.retry_after =
                std::chrono::seconds(retry.retry_delay().seconds()) +
                std::chrono::milliseconds(retry.retry_delay().nanos() / 1'000'000);
        }
    }
    return failure;
}

}  // namespace whispr::codec
