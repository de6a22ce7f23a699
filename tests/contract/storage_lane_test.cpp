#include "storage_contract.hpp"
