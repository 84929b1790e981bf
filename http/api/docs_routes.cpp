#include "http/api/docs_routes.hpp"

#include "core/base/embedded.hpp"
#include "core/base/hex.hpp"
#include "http/api/unchanging.hpp"
#include "http/server/auth.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace standings {

std::span<const embedded_text> http_texts();

namespace {

std::string_view text_named(std::string_view name) {
  const auto texts = http_texts();
  const auto at = std::find_if(texts.begin(), texts.end(),
                               [&](const embedded_text& text) { return text.name == name; });
  return at->content; // the names are those of http/CMakeLists.txt
}

struct documentation {
  std::string_view content;
  const char* type;
  std::string tag;
};

std::string tag_of(std::string_view content) {
  std::string digits;
  for (const auto byte : digest_of(content))
    append_hex(digits, byte);
  return entity_tag(digits);
}

answer_task get_text(const documentation& text, const request& rq) {
  answer out;
  out.content_type = text.type;
  out.headers = {{"Content-Security-Policy",
                  "default-src 'none'; style-src 'self'; base-uri 'none'; "
                  "form-action 'none'; frame-ancestors 'none'"},
                 {"Referrer-Policy", "no-referrer"}};
  set_unchanging(out, text.content, text.tag, rq.headers);
  co_return out;
}

} // namespace

void add_docs_routes(router& to) {
  const auto add = [&](const char* path, std::string_view name, const char* type) {
    const auto content = text_named(name);
    const auto text = std::make_shared<const documentation>(content, type, tag_of(content));
    const auto handle = [text](const request& rq) {
      return get_text(*text, rq);
    };
    to.add({"GET", path, access::anyone, body_kind::none, handle, when_busy::answer});
  };
  add("/openapi.yaml", "openapi.yaml", "application/yaml");
  add("/openapi.json", "openapi.json", "application/json");
  add("/docs", "docs.html", "text/html; charset=utf-8");
  add("/docs.css", "docs.css", "text/css; charset=utf-8");
}

} // namespace standings
