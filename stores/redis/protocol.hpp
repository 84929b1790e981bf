#pragma once

#include "core/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct redisReply;

namespace standings {

/// A reply or a part of one. A part is valid as long as the reply it belongs to.
class redis_reply {
public:
  redis_reply() = default;
  explicit redis_reply(redisReply* owned);

  [[nodiscard]] bool is_error() const;
  [[nodiscard]] bool is_nil() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] std::string_view text() const; ///< of strings, statuses and errors; else empty
  [[nodiscard]] std::int64_t integer() const;  ///< of integers and of strings of digits; else 0
  [[nodiscard]] double number() const;         ///< the same with a fraction
  [[nodiscard]] std::size_t size() const;      ///< of arrays; else 0
  [[nodiscard]] redis_reply operator[](std::size_t i) const;

private:
  std::shared_ptr<redisReply> root_;
  const redisReply* at_ = nullptr;
};

/// Appends a command as the server reads it.
void append_command(std::string& to, std::span<const std::string_view> words);

/// Takes the server's bytes apart into replies.
class reply_reader {
public:
  /// What a single reply may hold at most. Redis's longest string fits.
  struct limits {
    std::size_t bytes = std::size_t{513} << 20;
    std::size_t elements = std::size_t{1} << 24; ///< in all arrays of a reply together
  };

  reply_reader() : reply_reader(limits{}) {}
  explicit reply_reader(const limits& most);
  reply_reader(const reply_reader&) = delete;
  reply_reader& operator=(const reply_reader&) = delete;
  ~reply_reader();

  /// Adds bytes that have arrived. Take the complete replies before the next call.
  void feed(std::string_view bytes);

  /// The next complete reply, if there is one. A failure, if what has arrived is no reply or is
  /// beyond the limits, is final.
  [[nodiscard]] result<std::optional<redis_reply>> next();

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace standings
