// Names for what was read: of files in caches, and of what a cached answer depends on.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace checker::inline support {

// Names what was hashed: 32 hexadecimal digits, XXH3 of 128 bits. For caches, not for security.
class Digest {
  public:
    Digest();
    Digest& add(std::string_view bytes); // length and content
    std::string hex() const;

  private:
    std::unique_ptr<XXH3_state_s, void (*)(XXH3_state_s*)> state_;
};

} // namespace checker::inline support
