#pragma once

#include "core/limits/address_counts.hpp"
#include "http/server/event_stream.hpp"
#include "http/server/open_connections.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace standings {

/// The events that a connection is sending, framed for the client's version of HTTP. Counts in
/// `counted`, which it leaves at its end, and has a place of its client's address until then.
class open_stream {
public:
  open_stream(std::shared_ptr<event_stream> from, bool chunked, open_connections& counted,
              address_place place)
      : from_(std::move(from)), chunked_(chunked), counted_(counted), place_(std::move(place)) {}
  open_stream(const open_stream&) = delete;
  open_stream& operator=(const open_stream&) = delete;
  ~open_stream() { counted_.leave(); }

  /// Appends the next events; returns whether there are any.
  bool append_next(std::string& to);

  /// Whether there is nothing to come after what was appended.
  [[nodiscard]] bool is_over() const { return from_->is_over(); }

  /// Appends a comment, which clients ignore.
  void append_keep_alive(std::string& to);

  /// Appends what marks the end.
  void append_end(std::string& to) const;

private:
  void append(std::string& to, std::string_view text) const;

  const std::shared_ptr<event_stream> from_;
  const bool chunked_;
  open_connections& counted_;
  const address_place place_;
};

} // namespace standings
