#include "tests/fuzz/request_path.hpp"
#include "tests/fuzz/responses.hpp"

#include <cstdint>
#include <limits>

namespace {

using namespace standings::test;

/// The first byte says how the rest arrives: after a blank at once, otherwise in pieces of as many
/// bytes as it has more than a blank.
std::size_t piece_after(std::uint8_t first) {
  const std::size_t size = static_cast<std::uint8_t>(first - ' ');
  return size == 0 ? std::numeric_limits<std::size_t>::max() : size;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size); // NOLINT

/// The bytes of one connection, from its first to its last.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { // NOLINT
  // of the thread: CAF keeps something for each thread that has to outlive its actor system
  thread_local request_path path;
  if (size < 2)
    return 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto said = path.exchange(bytes, piece_after(*data));
  if (said.empty())
    report_defect("there is no answer");
  if (const auto flaw = flaw_in(said); !flaw.empty())
    report_defect(flaw + " in: " + said);
  return 0;
}
