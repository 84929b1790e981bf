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

/// Which notifications of changed keys are the answer to our own writes.
///
/// A writer announces the notifications that a command may cause before it sends the command,
/// and afterwards withdraws those that it did not cause. The listener asks of each notification
/// whether it was announced. Redis does not say who wrote a key, so notifications are counted,
/// not told apart: of three for a key with two announced, one is foreign. If a withdrawn one was
/// taken for ours already, another program's was, and the key is handed to the listener as
/// foreign after all.
///
/// Announcements are forgotten after `lifetime` to twice of it, so that one without a
/// notification does not hide another program's write for longer. Whatever is forgotten, or not
/// announced for lack of room, counts as foreign, which costs a needless look and nothing else.
/// Thread-safe.
class own_writes {
public:
  using clock_fn = std::function<std::chrono::steady_clock::time_point()>;

  static constexpr std::chrono::seconds lifetime{5};
  static constexpr std::size_t max_keys = 100'000; ///< with announcements, in one lifetime

  explicit own_writes(clock_fn clock = std::chrono::steady_clock::now) : clock_(std::move(clock)) {}

  /// From now on notifications are heard; without a listener nothing is kept. Forgets what was
  /// announced before. Returns what `stop_listening` takes.
  std::uint64_t start_listening();

  /// Does nothing if another listener has started meanwhile.
  void stop_listening(std::uint64_t listener);

  /// Forgets all announcements: notifications were switched off meanwhile.
  void forget();

  /// One notification of `event` for each key, which may be there more than once. Returns
  /// whether anything was announced; if not, there is nothing to withdraw.
  bool announce(std::string_view event, std::span<const std::string> keys);

  void withdraw(std::string_view event, std::string_view key);

  /// Whether a notification that was heard is ours.
  [[nodiscard]] bool take(std::string_view event, std::string_view key);

  /// A key that another program has written after all.
  struct foreign_write {
    std::string key;
    std::string event;
  };

  /// Keys whose notification was taken for ours, and was not. Each is given once.
  [[nodiscard]] std::vector<foreign_write> found_foreign();

  /// How many notifications were ours.
  [[nodiscard]] std::uint64_t heard() const { return heard_; }

private:
  using counts = std::unordered_map<std::string, std::uint32_t>;

  void forget_old();
  static bool take_one(counts& from, const std::string& name);

  const clock_fn clock_;
  std::atomic<bool> listening_ = false;
  std::atomic<std::uint64_t> heard_ = 0;

  std::mutex mutex_; ///< guards all below
  std::uint64_t listener_ = 0;
  std::chrono::steady_clock::time_point next_turn_{};
  counts young_; ///< announced, and not heard yet, by event and key
  counts old_;   ///< likewise, of the lifetime before
  std::vector<foreign_write> found_foreign_;
};

using own_writes_ptr = std::shared_ptr<own_writes>;

/// The notifications of one command. Those that are not confirmed are withdrawn at the end: also
/// all of them where the command's outcome is not known.
class own_announcement {
public:
  /// `to` may be null: then nothing is announced. The keys and the text have to outlive it.
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
  const bool announced_;
};

} // namespace standings
