// Boost.JSON, compiled once into the core, so that programs which link the core need not link it
// too.
#include <boost/json/src.hpp>
