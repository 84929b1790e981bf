#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <string>

namespace standings {

/// The content of a file. A pipe is read to its end, but never waited for longer than two seconds:
/// the service reads its configuration again while it runs. Fails with `out_of_range` and the
/// reason if it cannot be read or is larger than `most_bytes`.
[[nodiscard]] result<std::string> read_text_file(const std::string& name, std::size_t most_bytes);

/// Whether every user of this machine may read the file.
[[nodiscard]] bool everybody_may_read(const std::string& name);

} // namespace standings
