// Starting libcurl.
#pragma once

namespace edge {

// Makes libcurl ready, once. Called before its first use; any thread.
void start_curl();

}  // namespace edge
