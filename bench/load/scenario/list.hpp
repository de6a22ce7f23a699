// The conversation list as the mobile client polls it: a page of a user with many conversations.
#pragma once

#include "measure/report.hpp"
#include "server/setup.hpp"

namespace load {

struct ListOptions {
    std::size_t conversations = 200;
    std::size_t page = 50;
    std::size_t connections = 4;
};

void run_list(const Setup& setup, const ListOptions& options, Report& report);

}  // namespace load
