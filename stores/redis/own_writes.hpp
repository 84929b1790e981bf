#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace standings {

/// Tells apart which notifications of changed keys were caused by our own writes.
///
/// A writer announces the notifications that a command may cause before it sends the command, and
/// afterwards withdraws those that it did not cause. The listener checks for each notification
/// whether it was announced. Redis does not report who wrote a key, so notifications are counted,
/// not told apart: of three for a key with two announced, one is foreign. If a withdrawn
/// announcement was already matched, the notification came from another program, and the key is
/// handed to the listener as foreign after all.
///
/// An announcement is forgotten after one to two times `lifetime`, so that one without a
/// notification does not hide another program's write for longer. A write that is forgotten, or not
/// announced for lack of room, counts as foreign, which costs a needless check and nothing else.
/// Thread-safe.
class own_writes {
public:
  using clock_fn = std::function<std::chrono::steady_clock::time_point()>;

  static constexpr std::chrono::seconds lifetime{5};
  static constexpr std::size_t max_keys = 100'000; ///< announced in one lifetime and not heard yet

  explicit own_writes(clock_fn clock = std::chrono::steady_clock::now) : clock_(std::move(clock)) {}

  /// Starts recording announcements; without a listener nothing is recorded. Forgets earlier
  /// announcements. Returns the argument for `stop_listening`.
  std::uint64_t start_listening();

  /// Does nothing if another listener has started meanwhile.
  void stop_listening(std::uint64_t listener);

  /// Forgets all announcements: notifications were switched off meanwhile.
  void forget();

  /// Announces one notification of `event` for each key; a key may appear more than once. Returns
  /// the argument for `withdraw`; 0: nothing was recorded, so there is nothing to withdraw.
  std::uint64_t announce(std::string_view event, std::span<const std::string> keys);

  /// Does nothing if all announcements were forgotten meanwhile.
  void withdraw(std::string_view event, std::string_view key, std::uint64_t announced);

  /// Whether a notification that has arrived is ours.
  [[nodiscard]] bool take(std::string_view event, std::string_view key);

  /// A key that another program has written after all.
  struct foreign_write {
    std::string key;
    std::string event;
  };

  /// Keys whose notification was wrongly taken for ours. Each is returned once.
  [[nodiscard]] std::vector<foreign_write> found_foreign();

  /// How many notifications were ours.
  [[nodiscard]] std::uint64_t heard() const { return heard_; }

private:
  using counts = std::unordered_map<std::string, std::uint32_t>;

  void forget_all();
  void forget_old();
  static bool take_one(counts& from, const std::string& name);

  const clock_fn clock_;
  std::atomic<bool> listening_ = false;
  std::atomic<std::uint64_t> heard_ = 0;

  std::mutex mutex_; ///< guards all below
  std::uint64_t listener_ = 0;
  std::uint64_t epoch_ = 1; ///< changes when all announcements are forgotten
  std::chrono::steady_clock::time_point next_turn_{};
  counts young_; ///< announced and not heard yet, by event and key
  counts old_;   ///< the same from the lifetime before
  std::vector<foreign_write> found_foreign_;
};

using own_writes_ptr = std::shared_ptr<own_writes>;

/// The announced notifications of one command. The destructor withdraws those that were not
/// confirmed, which is all of them if the command's outcome is unknown.
class own_announcement {
public:
  /// `to` may be null: then nothing is announced. The keys and the text must outlive this object.
  own_announcement(own_writes* to, std::string_view event, std::span<const std::string> keys);
  own_announcement(const own_announcement&) = delete;
  own_announcement& operator=(const own_announcement&) = delete;
  ~own_announcement();

  void confirm(std::size_t i) { confirmed_[i] = true; }
  void confirm_all() { confirmed_.assign(keys_.size(), true); }

private:
  own_writes* const to_;
  const std::string_view event_;
  const std::span<const std::string> keys_;
  std::vector<bool> confirmed_;
  const std::uint64_t announced_;
};

} // namespace standings
