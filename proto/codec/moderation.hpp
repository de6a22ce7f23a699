// Reports and sanctions: what is told of them, and what is asked.
#pragma once

#include "proto/codec/fields.hpp"
#include "whispr/moderation.hpp"
#include "whispr/v1/moderation.pb.h"

namespace whispr::codec {

/// `out` is empty. Any thread.
void encode(const Report& report, v1::Report& out);
void encode(const Sanction& sanction, v1::Sanction& out);

/// Fails with `invalid`, naming the fields that cannot be read. What they may hold the engine says.
[[nodiscard]] Result<FileReport> decode(const v1::FileReportRequest& request);
[[nodiscard]] Result<ListReports> decode(const v1::ListOwnReportsRequest& request);
[[nodiscard]] Result<ListReports> decode(const v1::ListReportsRequest& request);
[[nodiscard]] Result<ResolveReport> decode(const v1::ResolveReportRequest& request);
[[nodiscard]] Result<IssueSanction> decode(const v1::IssueSanctionRequest& request);

}  // namespace whispr::codec
