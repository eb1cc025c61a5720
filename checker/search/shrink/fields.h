// What is simple: for each type of field, how far a value is from the simplest, and which values are worth a try.
#pragma once

#include <cstdint>
#include <vector>

#include "model/ops.h"

namespace checker::inline search {

// The values that a sequence is made of, and a few more: what moves choose from.
struct Values {
    std::vector<std::uint64_t> addresses; // bytes, ascending
    std::vector<std::uint64_t> lengths;   // bytes, ascending
    std::vector<model::Pid> pids;         // ascending
};

// 0 is the simplest.
std::uint64_t rank(model::Address f);
std::uint64_t rank(model::Length f);
std::uint64_t rank(model::FileOffset f);
std::uint64_t rank(model::Fd f);
std::uint64_t rank(model::ProtBits f);
std::uint64_t rank(model::MapBits f);
std::uint64_t rank(model::MremapBits f);
std::uint64_t rank(model::AdviceCode f);
std::uint64_t rank(model::Byte f);
std::uint64_t rank(model::Count f);
std::uint64_t rank(model::PidArg f);
std::uint64_t rank(model::Switch f);
std::uint64_t rank(model::PrctlOption f);
std::uint64_t rank(model::Knob f);

// Values worth a try, simple ones first.
std::vector<model::Address> values(const Values& p, model::Address);
std::vector<model::Length> values(const Values& p, model::Length);
std::vector<model::FileOffset> values(const Values& p, model::FileOffset);
std::vector<model::Fd> values(const Values& p, model::Fd);
std::vector<model::ProtBits> values(const Values& p, model::ProtBits);
std::vector<model::MapBits> values(const Values& p, model::MapBits);
std::vector<model::MremapBits> values(const Values& p, model::MremapBits);
std::vector<model::AdviceCode> values(const Values& p, model::AdviceCode);
std::vector<model::Byte> values(const Values& p, model::Byte);
std::vector<model::Count> values(const Values& p, model::Count);
std::vector<model::PidArg> values(const Values& p, model::PidArg);
std::vector<model::Switch> values(const Values& p, model::Switch);
std::vector<model::PrctlOption> values(const Values& p, model::PrctlOption);
std::vector<model::Knob> values(const Values& p, model::Knob);

} // namespace checker::inline search
