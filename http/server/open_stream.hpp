#pragma once

#include "http/server/event_stream.hpp"
#include "http/server/open_connections.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace standings {

/// The events that a connection is sending, framed for the client's version of HTTP. Counts in
/// `counted`, which it leaves at its end.
class open_stream {
public:
  open_stream(std::shared_ptr<event_stream> from, bool chunked, open_connections& counted)
      : from_(std::move(from)), chunked_(chunked), counted_(counted) {}
  open_stream(const open_stream&) = delete;
  open_stream& operator=(const open_stream&) = delete;
  ~open_stream() { counted_.leave(); }

  /// Appends the next events; returns whether there are any.
  bool append_next(std::string& to);

  /// Appends a comment, which clients ignore.
  void append_keep_alive(std::string& to);

  /// Appends what marks the end.
  void append_end(std::string& to) const;

private:
  void append(std::string& to, std::string_view text) const;

  const std::shared_ptr<event_stream> from_;
  const bool chunked_;
  open_connections& counted_;
};

} // namespace standings
