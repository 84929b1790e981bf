#pragma once

#include "tests/support/raw_http.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace standings::test {

/// One block of a `text/event-stream`.
struct stream_event {
  std::string event;
  std::string id;
  std::string data;
  std::string retry;
  std::string comment;

  [[nodiscard]] boost::json::value json() const;
};

/// Requests a stream of events and reads it as it comes.
class event_reader {
public:
  /// `headers`: lines, each with its end.
  event_reader(std::uint16_t port, const std::string& path, const std::string& headers = {});

  /// Sends any request, over any kind of connection.
  event_reader(std::unique_ptr<raw_connection> on, const std::string& request);

  raw_response head;

  /// The next block of any kind; nothing if the stream ends or stays silent.
  std::optional<stream_event> next_block();

  /// The next event; skips comments and `retry`. An event without a name if there is none.
  stream_event next();

  /// Whether the stream ends in order, after any number of further events.
  bool ends();

private:
  bool fill();

  std::unique_ptr<raw_connection> connection_;
  std::string text_; ///< received, without the framing of HTTP
  bool ended_ = false;
};

} // namespace standings::test
