#include "curl_library.hpp"

#include <curl/curl.h>

#include <mutex>

namespace edge {

void start_curl() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace edge
