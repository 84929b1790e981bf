#pragma once

#include "core/result.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisContext;
struct redisReply;

namespace standings {

struct redis_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string username;
  std::string password; ///< a secret: never logged
  std::uint32_t db = 0;
  std::chrono::milliseconds connect_timeout{500};
  std::chrono::milliseconds command_timeout{1'000};
};

/// A reply, or a part of one. A part lives as long as the reply it belongs to.
class redis_reply {
public:
  redis_reply() = default;
  explicit redis_reply(redisReply* owned);

  [[nodiscard]] bool is_error() const;
  [[nodiscard]] bool is_nil() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] std::string_view text() const; ///< of strings, statuses and errors
  [[nodiscard]] std::int64_t integer() const;  ///< of integers and of strings in digits; else 0
  [[nodiscard]] double number() const;         ///< likewise with a fraction
  [[nodiscard]] std::size_t size() const;      ///< of arrays; else 0
  [[nodiscard]] redis_reply operator[](std::size_t i) const;

private:
  std::shared_ptr<redisReply> root_;
  const redisReply* at_ = nullptr;
};

/// One blocking connection with bounded waits. Used by one thread at a time.
class redis_connection {
public:
  using arguments = std::vector<std::string_view>;

  /// Connects, authenticates and selects the database. Fails with `store_unavailable`.
  [[nodiscard]] static result<std::unique_ptr<redis_connection>> open(const redis_options& options);

  /// Sends a command and gives its reply; a reply that is an error is a failure.
  [[nodiscard]] result<redis_reply> command(const arguments& words);

  /// Sends all commands at once; every reply is looked at, and the first that is
  /// an error is the failure.
  [[nodiscard]] result<std::vector<redis_reply>> pipeline(const std::vector<arguments>& commands);

  /// Like `pipeline`, but a reply that is an error is given as it is.
  [[nodiscard]] result<std::vector<redis_reply>> exchange(const std::vector<arguments>& commands);

  /// What a reply that is an error means.
  [[nodiscard]] static failure meaning_of(const redis_reply& error);

  /// Sends a command whose answer, if any, is among what `pushed` gives.
  [[nodiscard]] result<void> send(const arguments& words);

  /// What the server has sent, about `at_most` replies, errors as they are; empty
  /// where nothing has come for `limit`. For a connection that has subscribed.
  [[nodiscard]] result<std::vector<redis_reply>> pushed(std::chrono::milliseconds limit,
                                                        std::size_t at_most);

  /// Runs a script that the server may have to be told first.
  [[nodiscard]] result<redis_reply> script(const std::string& sha, std::string_view source,
                                           const arguments& keys, const arguments& values);

  /// The connection cannot be used again.
  [[nodiscard]] bool broken() const { return broken_; }

private:
  explicit redis_connection(redisContext* context);

  void append(const arguments& words);
  [[nodiscard]] result<redis_reply> read();
  [[nodiscard]] result<redis_reply> checked(result<redis_reply> reply);
  failure lost();
  [[nodiscard]] result<void> take_read(std::vector<redis_reply>& to, std::size_t at_most);

  struct closer {
    void operator()(redisContext* c) const;
  };
  std::unique_ptr<redisContext, closer> context_;
  bool broken_ = false;
};

} // namespace standings
