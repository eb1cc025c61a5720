// How each type of field is written, read and called in a message: one line of this table for each type in
// model/ops/fields.h. An operation that is made of these types needs no code here.
#pragma once

#include <string>
#include <string_view>

#include "model/ops/fields.h"
#include "model/trace/cursor.h"

namespace model {

inline constexpr std::string_view field_kind(Address) { return "address"; }
inline constexpr std::string_view field_kind(Length) { return "length"; }
inline constexpr std::string_view field_kind(FileOffset) { return "offset"; }
inline constexpr std::string_view field_kind(Fd) { return "fd"; }
inline constexpr std::string_view field_kind(ProtBits) { return "prot"; }
inline constexpr std::string_view field_kind(MapBits) { return "flags"; }
inline constexpr std::string_view field_kind(MremapBits) { return "flags"; }
inline constexpr std::string_view field_kind(AdviceCode) { return "advice"; }
inline constexpr std::string_view field_kind(Byte) { return "byte"; }
inline constexpr std::string_view field_kind(Count) { return "number"; }
inline constexpr std::string_view field_kind(PidArg) { return "pid"; }
inline constexpr std::string_view field_kind(Switch) { return "number"; }
inline constexpr std::string_view field_kind(PrctlOption) { return "PR_SET_MEMORY_MERGE"; }
inline constexpr std::string_view field_kind(Knob) { return "setting"; }

// Reads at the cursor; complains through it.
void read_field(Cursor& c, Address& f);
void read_field(Cursor& c, Length& f);
void read_field(Cursor& c, FileOffset& f);
void read_field(Cursor& c, Fd& f);
void read_field(Cursor& c, ProtBits& f);
void read_field(Cursor& c, MapBits& f);
void read_field(Cursor& c, MremapBits& f);
void read_field(Cursor& c, AdviceCode& f);
void read_field(Cursor& c, Byte& f);
void read_field(Cursor& c, Count& f);
void read_field(Cursor& c, PidArg& f);
void read_field(Cursor& c, Switch& f);
void read_field(Cursor& c, PrctlOption& f);
void read_field(Cursor& c, Knob& f);

// Appends.
void write_field(std::string& out, Address f);
void write_field(std::string& out, Length f);
void write_field(std::string& out, FileOffset f);
void write_field(std::string& out, Fd f);
void write_field(std::string& out, ProtBits f);
void write_field(std::string& out, MapBits f);
void write_field(std::string& out, MremapBits f);
void write_field(std::string& out, AdviceCode f);
void write_field(std::string& out, Byte f);
void write_field(std::string& out, Count f);
void write_field(std::string& out, PidArg f);
void write_field(std::string& out, Switch f);
void write_field(std::string& out, PrctlOption f);
void write_field(std::string& out, Knob f);

// "0x2000"; "0" for 0, as the formats of the kernel's %#lx do it.
void write_hex(std::string& out, std::uint64_t v);
void write_decimal(std::string& out, std::uint64_t v);

} // namespace model
