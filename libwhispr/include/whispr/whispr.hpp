// All of libwhispr but its adapters, which are included by name (whispr/adapters/sqlite.hpp, ...).
#pragma once

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/conversations.hpp"
#include "whispr/engine.hpp"
#include "whispr/error.hpp"
#include "whispr/event_queue.hpp"
#include "whispr/events.hpp"
#include "whispr/ids.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"
#include "whispr/presence.hpp"
#include "whispr/reactions.hpp"
#include "whispr/receipts.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"
