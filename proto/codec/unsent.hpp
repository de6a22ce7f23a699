// Drafts and scheduled messages: what is told of them, and what is asked.
#pragma once

#include "proto/codec/fields.hpp"
#include "whispr/drafts.hpp"
#include "whispr/schedules.hpp"
#include "whispr/v1/drafts.pb.h"
#include "whispr/v1/schedules.pb.h"

namespace whispr::codec {

/// `out` is empty. Any thread.
void encode(const Draft& draft, v1::Draft& out);
void encode(const Schedule& schedule, v1::Schedule& out);

/// Fails with `invalid`, naming the fields that cannot be read. What they may hold the engine says.
[[nodiscard]] Result<SaveDraft> decode(const v1::SaveDraftRequest& request);
[[nodiscard]] Result<CreateSchedule> decode(const v1::CreateScheduleRequest& request);
[[nodiscard]] Result<UpdateSchedule> decode(const v1::UpdateScheduleRequest& request);
[[nodiscard]] Result<ListSchedules> decode(const v1::ListSchedulesRequest& request);

}  // namespace whispr::codec
