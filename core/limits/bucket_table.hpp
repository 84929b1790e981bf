#pragma once

#include "core/limits/token_bucket.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace standings {

/// A bucket of the same size for each key. It holds as many as it is told: for one more it drops
/// the one that was used least recently, which is full again when its key returns. So whoever
/// invents keys costs a bounded amount of memory, and no key more than a full bucket.
class bucket_table {
public:
  using time_point = token_bucket::time_point;

  /// `most`: at least one.
  bucket_table(const bucket_size& size, std::size_t most) : size_(size), most_(most) {}
  bucket_table(const bucket_table&) = delete;
  bucket_table& operator=(const bucket_table&) = delete;

  /// Takes a token from the key's bucket if there is one.
  limit_state take(std::string_view key, time_point now);

  /// What `take` would say, without taking one.
  [[nodiscard]] limit_state look(std::string_view key, time_point now) const;

  [[nodiscard]] const bucket_size& size() const { return size_; }
  [[nodiscard]] std::size_t held() const { return held_.size(); }

private:
  struct entry : boost::intrusive::list_base_hook<> {
    token_bucket bucket;
    const std::string* key = nullptr;
  };
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  entry& of(std::string_view key);

  bucket_size size_;
  std::size_t most_;
  std::unordered_map<std::string, entry, hash, std::equal_to<>> held_;
  boost::intrusive::list<entry, boost::intrusive::constant_time_size<false>>
      by_use_; ///< last first
};

} // namespace standings
