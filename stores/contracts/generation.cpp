#include "stores/contracts/generation.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace standings {

std::string new_generation() {
  return boost::uuids::to_string(boost::uuids::random_generator()());
}

} // namespace standings
