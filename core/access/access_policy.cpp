#include "core/access/access_policy.hpp"

#include "core/base/hex.hpp"

#include <cstddef>

namespace standings {

result<token_digest> parse_digest(std::string_view hex) {
  token_digest out{};
  bool sound = hex.size() == 2 * out.size();
  for (std::size_t i = 0; sound && i < out.size(); ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    sound = high >= 0 && low >= 0;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  if (!sound)
    return fail(errc::out_of_range, "has to be the 64 hexadecimal digits of a SHA-256");
  return out;
}

const known_token* access_policy::find(const token_digest& digest) const {
  const known_token* found = nullptr;
  for (const auto& token : tokens) {
    unsigned differs = 0;
    for (std::size_t i = 0; i < digest.size(); ++i)
      differs |= static_cast<unsigned>(digest[i] ^ token.digest[i]);
    found = differs == 0 ? &token : found;
  }
  return found;
}

} // namespace standings
