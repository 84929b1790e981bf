#include "core/limits/token_bucket.hpp"

#include <algorithm>

namespace standings {

limit_state token_bucket::next(const bucket_size& size, time_point now, bool takes) {
  if (!size.limits())
    return {};
  const auto capacity = size.interval * static_cast<std::int64_t>(size.burst);
  full_at_ = std::max(full_at_, now);
  const auto missing = full_at_ - now;
  limit_state out;
  out.limit = size.burst;
  out.allowed = missing + size.interval <= capacity;
  if (!out.allowed) {
    const auto wait = missing + size.interval - capacity;
    out.retry_in = std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds{1});
  } else if (takes) {
    full_at_ += size.interval;
  }
  out.remaining = static_cast<std::uint32_t>((capacity - (full_at_ - now)) / size.interval);
  out.full_in = std::chrono::ceil<std::chrono::seconds>(full_at_ - now);
  return out;
}

} // namespace standings
