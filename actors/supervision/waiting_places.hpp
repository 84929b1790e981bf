#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace standings {

/// Bounds how many requests may wait for long at the same time, all together and for each party, so
/// that those of one tenant leave room for those of the others. Thread-safe.
class waiting_places {
public:
  waiting_places(std::size_t most, std::size_t most_of_one)
      : most_(most), most_of_one_(most_of_one) {}

  /// Holds a place for its lifetime, if one was free for that party.
  class place {
  public:
    place(waiting_places& of, std::string_view party)
        : of_(of), party_(party), is_taken_(of.take(party_)) {}
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      if (is_taken_)
        of_.leave(party_);
    }

    explicit operator bool() const { return is_taken_; }

  private:
    waiting_places& of_;
    const std::string party_;
    const bool is_taken_;
  };

private:
  bool take(const std::string& party) {
    const std::lock_guard lock{mutex_};
    if (taken_ >= most_)
      return false;
    auto& of_party = by_party_[party];
    if (of_party >= most_of_one_)
      return false;
    ++of_party;
    ++taken_;
    return true;
  }

  void leave(const std::string& party) {
    const std::lock_guard lock{mutex_};
    --taken_;
    const auto at = by_party_.find(party);
    if (--at->second == 0)
      by_party_.erase(at);
  }

  const std::size_t most_;
  const std::size_t most_of_one_;
  std::mutex mutex_;
  std::size_t taken_ = 0;
  std::map<std::string, std::size_t> by_party_; ///< of those who wait
};

} // namespace standings
