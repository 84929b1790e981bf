#pragma once

#include "actors/supervision/requester.hpp"
#include "core/base/task.hpp"
#include "messages/actors.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace standings {

/// Where a leaderboard_reader gets what the cache lacks, and what the database says. For the
/// coroutines of one event loop.
class board_source {
public:
  board_source() = default;
  board_source(const board_source&) = delete;
  board_source& operator=(const board_source&) = delete;
  virtual ~board_source() = default;

  /// Awaits that the cache is complete. Error: cache_warming.
  virtual task<result<void>> complete() = 0;

  /// Loads a user into the cache. Error: unknown_user.
  virtual task<result<void>> load(load_user which) = 0;

  /// Loads those that exist.
  virtual task<result<void>> load(load_users which) = 0;

  /// The same directly from the database.
  virtual task<result<board_page>> top(read_board which) = 0;
  virtual task<result<user_record>> user(std::string user_id) = 0;
};

/// The failure of a read whose cache is not complete in time.
failure still_warming();

/// Of the default leaderboard.
class default_board_source final : public board_source {
public:
  /// `limit` bounds each wait.
  default_board_source(requester& to, hydration_actor hydration, std::chrono::milliseconds limit)
      : requester_(to), hydration_(std::move(hydration)), limit_(limit) {}

  task<result<void>> complete() override;
  task<result<void>> load(load_user which) override;
  task<result<void>> load(load_users which) override;
  task<result<board_page>> top(read_board which) override;
  task<result<user_record>> user(std::string user_id) override;

private:
  requester& requester_;
  const hydration_actor hydration_;
  const std::chrono::milliseconds limit_;
};

/// Of a named one.
class named_board_source final : public board_source {
public:
  named_board_source(requester& to, leaderboards_actor leaderboards, std::string id,
                     std::chrono::milliseconds limit)
      : requester_(to), leaderboards_(std::move(leaderboards)), id_(std::move(id)), limit_(limit) {}

  task<result<void>> complete() override;
  task<result<void>> load(load_user which) override;
  task<result<void>> load(load_users which) override;
  task<result<board_page>> top(read_board which) override;
  task<result<user_record>> user(std::string user_id) override;

private:
  requester& requester_;
  const leaderboards_actor leaderboards_;
  const std::string id_;
  const std::chrono::milliseconds limit_;
};

} // namespace standings
