#include "whispr/adapters/local.hpp"

namespace whispr {

EngineOptions local_engine_options(std::shared_ptr<Storage> storage) {
    EngineOptions options;
    options.storage = std::move(storage);
    options.executor = make_thread_executor();
    options.clock = make_system_clock();
    options.ids = make_uuid7_generator();
    return options;
}

}  // namespace whispr
