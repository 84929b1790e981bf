#pragma once

#include <map>
#include <string>
#include <vector>

namespace standings {

/// Replaces variables that name the file of a secret (`STANDINGS_ADMIN_TOKEN_FILE`,
/// `REDIS_PASSWORD_FILE`, as container platforms mount them) by the variables they stand for, with
/// the content of the file up to its last line break. Each problem begins with the variable; none
/// quotes the content.
[[nodiscard]] std::map<std::string, std::string>
with_secret_files(std::map<std::string, std::string> environment,
                  std::vector<std::string>& problems);

} // namespace standings
