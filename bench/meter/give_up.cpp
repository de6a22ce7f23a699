#include "meter/give_up.hpp"

#include <cstdio>
#include <cstdlib>

namespace bench {

void give_up(const std::string& reason) {
    std::fprintf(stderr, "benchmark stopped: %s\n", reason.c_str());
    std::exit(1);
}

}  // namespace bench
