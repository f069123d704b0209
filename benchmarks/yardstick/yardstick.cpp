// A simulator of one exported network in C++, written by hand for the memory of a present-day machine.
//
// It computes what the engine computes: the neuron model izhikevich, all event-driven synapse types of the shipped
// brains, gap junctions, modulator groups and pruning, with noise and external currents as input. It is the
// yardstick of the engine's speed, and gives the same spikes. Where two orders of arithmetic are possible it takes
// the faster one, so that weights that learn may differ in their last digits.
//
// Design: the synapses of a neuron, of all types, lie side by side in one arena of 8-byte words, 16 bytes each where
// no state is the synapse's own; traces are kept per neuron and time constant, gains per source and class; one row
// of 64 bytes a neuron leads to all of them; what a spike reaches is prefetched; large pages.
//
//   source fires:  records in the arena, one list a type, in order of type name, source, synapse
//   target fires:  list of incoming synapses of the types that learn, per neuron
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <utility>
#include <vector>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace {

using std::int32_t;
using std::int64_t;
using std::uint16_t;
using std::uint32_t;
using std::vector;

constexpr int SHORT = 16, WINDOW = 50;  // ticks: longest delay in the ring + 1; of a modulator group's activity
constexpr int TABLE = 1 << 17;          // entries of a decay table
constexpr int AHEAD = 32, NEAR = 12;    // synapses; distances of the prefetch of a record and of its target
constexpr double V_START = -65, V_SPIKE = 30, V_MIN = -100, V_MAX = 35, NOISE_MEAN = 32767.5;
constexpr int32_t NEVER = -1000000;

// in order of name, as the engine delivers them; gap junctions need no spike
enum Type { DEPRESSING, DEVELOPMENTAL, FACILITATING, FIXED, GATED, PLASTIC, REWARD_PLASTIC, N_TYPES, GAP = N_TYPES };
enum Parameter { LEARNING_RATE, W_MIN, W_MAX, TAU_PLUS, TAU_MINUS, LTD_RATIO, FACTOR, INCREMENT, MAX_GAIN, TAU_RECOVERY,
                 TAU_TRACE, TAU_ELIGIBLE, GATE_THRESHOLD, MODULATOR, COINCIDENCE_WINDOW, CRITICAL_PERIOD,
                 EVAL_INTERVAL, PRUNING_THRESHOLD, MIN_SOURCE_SPIKES, N_PARAMETERS };
constexpr int LEARNING[] = {DEVELOPMENTAL, GATED, PLASTIC, REWARD_PLASTIC};  // types with lists of incoming synapses
constexpr int N_LEARNING = 4;

struct Synapse { uint32_t target; uint16_t delay, row; double w; };
struct Developmental : Synapse { int32_t coincidences, alive; };
struct RewardPlastic : Synapse { double trace, eligibility; int32_t last, unused; };
template <int TYPE> struct RecordOf { using type = Synapse; };
template <> struct RecordOf<DEVELOPMENTAL> { using type = Developmental; };
template <> struct RecordOf<REWARD_PLASTIC> { using type = RewardPlastic; };
template <int TYPE> using Record = typename RecordOf<TYPE>::type;
template <int TYPE> constexpr uint32_t words() { return sizeof(Record<TYPE>) / sizeof(double); }
constexpr uint32_t WORDS[] = {words<0>(), words<1>(), words<2>(), words<3>(), words<4>(), words<5>(), words<6>()};

struct Gain { double value; int32_t last, row; };            // of one source and synapse class
struct Trace { double value; int32_t last; uint32_t spikes; };  // bit k of spikes: the neuron fired k ticks before last
struct Incoming { uint32_t record, source; };
struct Junction { uint32_t source, target; double conductance; };
struct Row {                                                 // where the synapses of one neuron lie
    uint32_t first[N_TYPES + 1], incoming[N_LEARNING + 1], gains[2], unused;
};
static_assert(sizeof(Row) == 64, "a row is one cache line");

struct Rule {
    double learning_rate, w_min, w_max, ltd_ratio, factor, increment, max_gain, gate;
    int modulator, plus, minus;  // index of the modulator group, of the traces of source and target
    uint32_t window;             // mask of the coincidence window
    const double *recovery, *trace, *eligible;
    double critical_period, pruning_threshold, min_source_spikes;
    int64_t eval_interval;
};

struct Memory {  // aligned to cache lines or large pages, cleared; freed with its owner
    vector<void*> parts;
    ~Memory() { for (void* each : parts) std::free(each); }
    template <class T> T* get(size_t n);
};

template <class T> T* Memory::get(size_t n) {
    const size_t page = 2 << 20, bytes = ((n + 64) * sizeof(T) + page - 1) / page * page;
    void* found = nullptr;
    if (posix_memalign(&found, bytes < 4 * page ? 64 : page, bytes)) std::abort();
#if defined(__linux__)
    if (bytes >= 4 * page) madvise(found, bytes, MADV_HUGEPAGE);
#endif
    std::memset(found, 0, bytes);
    parts.push_back(found);
    return static_cast<T*>(found);
}

constexpr int N_LANES = 4;
typedef double Lanes __attribute__((vector_size(N_LANES * sizeof(double))));
inline Lanes all(double x) { return Lanes{x, x, x, x}; }
inline Lanes& lanes(double* array, int64_t i) { return *reinterpret_cast<Lanes*>(array + i); }

inline double soft_bounded(double w, double step, double low, double high) {
    const double span = high - low;
    if (__builtin_expect(span <= 0, 0)) return w;
    if (high <= 0) step = -step;
    const double room = step > 0 ? high - w : w - low;
    return std::min(std::max(w + step * room / span, low), high);
}

}  // namespace

extern "C" {
struct Columns {  // of a network, as `export.py` fills them
    int64_t n, m, n_rules, n_groups, n_noisy, n_taus;
    const double *a, *b, *c, *d, *background;
    const int32_t *noisy;
    const double *noise_step;
    const int32_t *source, *target, *delay, *synapse_class;
    const double *weight;
    const int32_t *rule_type;
    const double *rule_parameters;  // (n_rules, N_PARAMETERS)
    const double *taus, *decays;    // (n_taus,); (n_taus, TABLE) exp(-k / tau) with the engine's rounding
    const int32_t *group_first, *group_member;
};
struct Simulator;
}

struct Simulator {
    const int64_t n;
    int64_t tick = 0;
    Memory memory;
    double *v, *u, *a, *b, *c, *d, *background, *drive, *ring, *arena;
    Row* row;
    Incoming* incoming;
    Trace* traces;
    Gain* gains[2];
    size_t arena_words = 0, n_gains[2] = {0, 0};
    int n_taus = 0, longest = 1;
    vector<double> fresh_arena;
    vector<Junction> junctions;
    vector<Rule> rules;
    vector<const double*> tau_table;
    vector<int32_t> noisy, group_of_first, group_of, group_size, last_spike, spikes_so_far;
    vector<double> noise_step, activity;
    vector<int32_t> history, in_window;
    vector<vector<std::pair<uint32_t, double>>> late;
    vector<uint32_t> all_developmental;
    uint32_t *fired, *outgoing[N_TYPES], *gain_of[2], *incoming_list[N_LEARNING];
    bool has[N_TYPES] = {};
    double* arrivals_in[SHORT];
    std::map<double, const double*> tables;

    explicit Simulator(const Columns& net);
    void reset();
    void advance(int64_t ticks, double plasticity, const uint16_t* noise, int32_t* spike_count);

    const double* table(double tau) const { return tau > 0 ? tables.at(tau) : nullptr; }
    static double faded(const double* table, int64_t ticks) { return table[std::min<int64_t>(ticks, TABLE - 1)]; }
    double trace_of(uint32_t neuron, int tau) const {
        const Trace& x = traces[size_t(neuron) * n_taus + tau];
        return x.value * faded(tau_table[tau], tick - x.last);
    }
    void put(const Synapse& s, double x) {
        if (__builtin_expect(s.delay < SHORT, 1)) arrivals_in[s.delay][s.target] += x;
        else late[(tick + s.delay) % late.size()].push_back({s.target, x});
    }
    template <int TYPE> Record<TYPE>& at(uint32_t word) { return *reinterpret_cast<Record<TYPE>*>(arena + word); }

    int64_t step_neurons(double* arrivals);
    void count_modulators(int64_t n_fired);
    template <int TYPE> uint32_t list_outgoing(int64_t n_fired);
    template <int TYPE> void deliver(int64_t n_fired, double plasticity);
    template <int K> void learn(int64_t n_fired, double plasticity);
    void update_gains(int which, int64_t n_fired);
    void update_traces(int64_t n_fired);
    void prune();
};

Simulator::Simulator(const Columns& net) : n(net.n) {
    const int64_t room = (n + 15) / 8 * 8;
    double** columns[] = {&v, &u, &a, &b, &c, &d, &background, &drive};
    for (double** each : columns) *each = memory.get<double>(room);
    ring = memory.get<double>(SHORT * room);
    std::memcpy(a, net.a, n * 8), std::memcpy(b, net.b, n * 8), std::memcpy(c, net.c, n * 8);
    std::memcpy(d, net.d, n * 8), std::memcpy(background, net.background, n * 8);
    for (int64_t i = n; i < room; i++) c[i] = V_START;
    noisy.assign(net.noisy, net.noisy + net.n_noisy);
    noise_step.assign(net.noise_step, net.noise_step + net.n_noisy);

    for (int64_t k = 0; k < net.n_taus; k++) {
        double* copy = memory.get<double>(TABLE);
        std::memcpy(copy, net.decays + k * TABLE, TABLE * sizeof(double));
        tables[net.taus[k]] = copy;
    }

    // rules: one for each synapse class
    std::map<double, int> tau_index;
    auto index_of = [&](double tau) {
        auto made = tau_index.insert({tau, int(tau_index.size())});
        if (made.second) tau_table.push_back(table(tau));
        return made.first->second;
    };
    vector<int> type(net.n_rules);
    for (int64_t k = 0; k < net.n_rules; k++) {
        const double* p = net.rule_parameters + k * N_PARAMETERS;
        type[k] = net.rule_type[k];
        Rule r{};
        r.learning_rate = p[LEARNING_RATE], r.w_min = p[W_MIN], r.w_max = p[W_MAX], r.ltd_ratio = p[LTD_RATIO];
        r.factor = p[FACTOR], r.increment = p[INCREMENT], r.max_gain = p[MAX_GAIN];
        r.gate = p[GATE_THRESHOLD], r.modulator = int(p[MODULATOR]);
        r.window = (1u << (int(p[COINCIDENCE_WINDOW]) + 1)) - 1;
        r.recovery = table(p[TAU_RECOVERY]), r.trace = table(p[TAU_TRACE]), r.eligible = table(p[TAU_ELIGIBLE]);
        r.critical_period = p[CRITICAL_PERIOD], r.pruning_threshold = p[PRUNING_THRESHOLD];
        r.min_source_spikes = p[MIN_SOURCE_SPIKES], r.eval_interval = int64_t(p[EVAL_INTERVAL]);
        if (type[k] == PLASTIC || type[k] == GATED || type[k] == DEVELOPMENTAL)
            r.plus = index_of(p[TAU_PLUS]), r.minus = index_of(p[TAU_MINUS]);
        rules.push_back(r);
    }
    n_taus = int(tau_table.size());
    traces = memory.get<Trace>(size_t(n) * std::max(n_taus, 1));

    // the arena: synapses by source, then type, then index in the network
    vector<uint32_t> order;
    for (int64_t i = 0; i < net.m; i++) {
        longest = std::max(longest, net.delay[i]);
        if (type[net.synapse_class[i]] == GAP) junctions.push_back({uint32_t(net.source[i]), uint32_t(net.target[i]), net.weight[i]});
        else order.push_back(uint32_t(i));
    }
    std::stable_sort(junctions.begin(), junctions.end(), [](const Junction& x, const Junction& y) { return x.source < y.source; });
    auto key = [&](uint32_t i) { return std::make_pair(net.source[i], type[net.synapse_class[i]]); };
    std::stable_sort(order.begin(), order.end(), [&](uint32_t x, uint32_t y) { return key(x) < key(y); });
    row = memory.get<Row>(n + 1);
    for (uint32_t i : order) arena_words += WORDS[type[net.synapse_class[i]]];
    arena = memory.get<double>(arena_words + 64);
    vector<uint32_t> place(net.m);
    vector<vector<Incoming>> into[N_LEARNING];
    for (auto& each : into) each.resize(n);
    vector<Gain> made[2];
    size_t k = 0, word = 0, count[N_TYPES] = {};
    for (int64_t i = 0; i <= n; i++) {
        std::map<int, uint16_t> rank[2];
        row[i].gains[0] = uint32_t(made[0].size()), row[i].gains[1] = uint32_t(made[1].size());
        for (int t = 0; t < N_TYPES; t++) {
            row[i].first[t] = uint32_t(word);
            for (; k < order.size() && key(order[k]) == std::make_pair(int32_t(i), t); k++) {
                const uint32_t s = order[k];
                Synapse& record = *reinterpret_cast<Synapse*>(arena + word);
                record = {uint32_t(net.target[s]), uint16_t(net.delay[s]), uint16_t(net.synapse_class[s]), net.weight[s]};
                if (t == DEPRESSING || t == FACILITATING) {  // the row is the rank of the class at this source
                    const int which = t == FACILITATING;
                    auto found = rank[which].insert({net.synapse_class[s], uint16_t(rank[which].size())});
                    if (found.second) made[which].push_back({1, 0, net.synapse_class[s]});
                    record.row = found.first->second;
                }
                if (t == DEVELOPMENTAL) at<DEVELOPMENTAL>(uint32_t(word)).alive = 1, all_developmental.push_back(uint32_t(word));
                for (int z = 0; z < N_LEARNING; z++)
                    if (t == LEARNING[z]) into[z][net.target[s]].push_back({uint32_t(word), uint32_t(i)});
                word += WORDS[t], count[t]++;
            }
        }
        row[i].first[N_TYPES] = uint32_t(word);
    }
    fresh_arena.assign(arena, arena + arena_words);
    vector<Incoming> flat;
    for (int64_t i = 0; i < n; i++) {
        for (int z = 0; z < N_LEARNING; z++) {
            row[i].incoming[z] = uint32_t(flat.size());
            flat.insert(flat.end(), into[z][i].begin(), into[z][i].end());
        }
        row[i].incoming[N_LEARNING] = uint32_t(flat.size());
    }
    incoming = memory.get<Incoming>(flat.size() + 64);
    std::copy(flat.begin(), flat.end(), incoming);
    for (int z = 0; z < 2; z++) {
        n_gains[z] = made[z].size();
        gains[z] = memory.get<Gain>(made[z].size() + 16);
        std::copy(made[z].begin(), made[z].end(), gains[z]);
        gain_of[z] = memory.get<uint32_t>(count[z ? FACILITATING : DEPRESSING] + 2 * AHEAD);
    }
    for (int t = 0; t < N_TYPES; t++) has[t] = count[t] > 0, outgoing[t] = memory.get<uint32_t>(count[t] + 2 * AHEAD);
    for (int z = 0; z < N_LEARNING; z++) incoming_list[z] = memory.get<uint32_t>(count[LEARNING[z]] + 4 * AHEAD);
    fired = memory.get<uint32_t>(n + 64);
    late.resize(longest + 1);

    group_of_first.assign(n + 1, 0);
    vector<vector<int32_t>> of(n);
    for (int64_t g = 0; g < net.n_groups; g++) {
        group_size.push_back(net.group_first[g + 1] - net.group_first[g]);
        for (int j = net.group_first[g]; j < net.group_first[g + 1]; j++) of[net.group_member[j]].push_back(int32_t(g));
    }
    for (int64_t i = 0; i < n; i++) {
        group_of.insert(group_of.end(), of[i].begin(), of[i].end());
        group_of_first[i + 1] = int32_t(group_of.size());
    }
    activity.resize(std::max<size_t>(group_size.size(), 1));
    reset();
}

void Simulator::reset() {
    tick = 0;
    const int64_t room = (n + 15) / 8 * 8;
    for (int64_t i = 0; i < room; i++) v[i] = V_START, u[i] = b[i] * V_START;
    std::memset(ring, 0, SHORT * room * sizeof(double));
    for (auto& each : late) each.clear();
    std::copy(fresh_arena.begin(), fresh_arena.end(), arena);
    for (int z = 0; z < 2; z++)
        for (size_t k = 0; k < n_gains[z]; k++) gains[z][k].value = 1, gains[z][k].last = 0;
    for (size_t k = 0; k < size_t(n) * n_taus; k++) traces[k] = {0, 0, 0};
    history.assign(WINDOW * group_size.size(), 0), in_window.assign(group_size.size(), 0);
    std::fill(activity.begin(), activity.end(), 0.0);
    last_spike.assign(n, NEVER), spikes_so_far.assign(n, 0);
}

int64_t Simulator::step_neurons(double* arrivals) {
    const Lanes half = all(0.5), low = all(V_MIN), high = all(V_MAX), threshold = all(V_SPIKE);
    int64_t n_fired = 0;
    for (int64_t i = 0; i < n; i += N_LANES) {  // v of what fills the last lanes stays below V_SPIKE
        const Lanes w = lanes(u, i), push = half * (lanes(drive, i) + lanes(arrivals, i) - w) + all(70);
        Lanes x = lanes(v, i);
        for (int k = 0; k < 2; k++) {
            x = (all(0.02) * x + all(3.5)) * x + push;
            x = x > low ? x : low;
            x = x < high ? x : high;
        }
        lanes(v, i) = x;
        lanes(u, i) = w + lanes(a, i) * (lanes(b, i) * x - w);
        lanes(arrivals, i) = all(0);
        const auto above = x >= threshold;  // -1 in the lanes of neurons that fire
        int64_t any = 0;
        for (int k = 0; k < N_LANES; k++) any |= above[k];
        if (__builtin_expect(any != 0, 0))
            for (int k = 0; k < N_LANES; k++) fired[n_fired] = uint32_t(i + k), n_fired -= above[k];
    }
    for (int64_t k = 0; k < n_fired; k++) v[fired[k]] = c[fired[k]], u[fired[k]] += d[fired[k]];
    return n_fired;
}

void Simulator::count_modulators(int64_t n_fired) {
    const size_t n_groups = group_size.size();
    if (!n_groups) return;
    int32_t* now = &history[(tick % WINDOW) * n_groups];
    for (size_t g = 0; g < n_groups; g++) in_window[g] -= now[g], now[g] = 0;
    for (int64_t k = 0; k < n_fired; k++)
        for (int j = group_of_first[fired[k]]; j < group_of_first[fired[k] + 1]; j++) now[group_of[j]]++;
    for (size_t g = 0; g < n_groups; g++) in_window[g] += now[g], activity[g] = in_window[g] / double(group_size[g]);
}

// Writes the offsets of what fired neurons reach, at least four each, so that no loop has an unpredictable length.
template <int TYPE> uint32_t Simulator::list_outgoing(int64_t n_fired) {
    constexpr uint32_t SIZE = words<TYPE>();
    uint32_t *__restrict list = outgoing[TYPE], total = 0;
    for (int64_t k = 0; k < n_fired; k++) {
        const Row& r = row[fired[k]];
        const uint32_t first = r.first[TYPE], count = (r.first[TYPE + 1] - first) / SIZE;
        for (uint32_t j = 0; j < 4; j++) list[total + j] = first + j * SIZE;
        for (uint32_t j = 4; j < count; j++) list[total + j] = first + j * SIZE;
        if (TYPE == DEPRESSING || TYPE == FACILITATING) {
            uint32_t* of = gain_of[TYPE == FACILITATING] + total;
            const uint32_t gain = r.gains[TYPE == FACILITATING];
            for (uint32_t j = 0; j < 4; j++) of[j] = gain;
            for (uint32_t j = 4; j < count; j++) of[j] = gain;
        }
        total += count;
    }
    for (int j = 0; j < AHEAD; j++) list[total + j] = 0;
    return total;
}

void Simulator::update_gains(int which, int64_t n_fired) {
    for (int64_t k = 0; k < n_fired; k++)
        for (uint32_t j = row[fired[k]].gains[which]; j < row[fired[k] + 1].gains[which]; j++) {
            Gain& gain = gains[which][j];
            const Rule& p = rules[gain.row];
            gain.value = 1 + (gain.value - 1) * faded(p.recovery, tick - gain.last);
            gain.last = int32_t(tick);
            gain.value = which ? std::min(gain.value + p.increment, p.max_gain) : gain.value * p.factor;
        }
}

template <int TYPE> void Simulator::deliver(int64_t n_fired, double plasticity) {
    if (!has[TYPE]) return;
    constexpr bool GAINED = TYPE == DEPRESSING || TYPE == FACILITATING;
    constexpr bool DEPRESSED = TYPE == DEVELOPMENTAL || TYPE == GATED || TYPE == PLASTIC;
    const uint32_t total = list_outgoing<TYPE>(n_fired), *list = outgoing[TYPE];
    if (GAINED) update_gains(TYPE == FACILITATING, n_fired);
    for (uint32_t k = 0; k < total; k++) {
        __builtin_prefetch(arena + list[k + AHEAD], 1);
        const Synapse& soon = *reinterpret_cast<Synapse*>(arena + list[k + NEAR]);
        __builtin_prefetch(&arrivals_in[soon.delay & (SHORT - 1)][soon.target], 1);
        if (DEPRESSED) __builtin_prefetch(&traces[size_t(soon.target) * n_taus]);
        Record<TYPE>& s = at<TYPE>(list[k]);
        if constexpr (TYPE == FIXED) put(s, s.w);
        if constexpr (GAINED) put(s, s.w * gains[TYPE == FACILITATING][gain_of[TYPE == FACILITATING][k] + s.row].value);
        if constexpr (TYPE == DEVELOPMENTAL) { if (!s.alive) continue; }
        if constexpr (DEPRESSED) {
            const Rule& p = rules[s.row];
            const bool open = TYPE != GATED || activity[p.modulator] >= p.gate;
            if (open && plasticity > 0)
                s.w = soft_bounded(s.w, -p.learning_rate * p.ltd_ratio * trace_of(s.target, p.minus), p.w_min, p.w_max);
            put(s, open ? s.w : 0);
        }
        if constexpr (TYPE == REWARD_PLASTIC) {
            const Rule& p = rules[s.row];
            const int64_t ticks = tick - s.last;
            s.trace = s.trace * faded(p.trace, ticks) + 1;
            s.eligibility *= faded(p.eligible, ticks);
            s.last = int32_t(tick);
            put(s, s.w);
        }
    }
}

void Simulator::update_traces(int64_t n_fired) {
    for (int64_t k = 0; k < n_fired; k++) {
        spikes_so_far[fired[k]]++;
        for (int z = 0; z < n_taus; z++) {
            Trace& x = traces[size_t(fired[k]) * n_taus + z];
            const int64_t ticks = tick - x.last;
            x.value = x.value * faded(tau_table[z], ticks) + 1;
            x.spikes = ticks > 31 ? 1 : (x.spikes << ticks) | 1;
            x.last = int32_t(tick);
        }
    }
}

template <int K> void Simulator::learn(int64_t n_fired, double plasticity) {
    constexpr int TYPE = LEARNING[K];
    constexpr bool PAIRED = TYPE != REWARD_PLASTIC;
    if (!has[TYPE] || (plasticity <= 0 && (TYPE == GATED || TYPE == PLASTIC))) return;
    uint32_t *list = incoming_list[K], total = 0;
    for (int64_t k = 0; k < n_fired; k++) {
        const uint32_t first = row[fired[k]].incoming[K], count = row[fired[k]].incoming[K + 1] - first;
        for (uint32_t j = 0; j < 4; j++) list[total + j] = first + j;
        for (uint32_t j = 4; j < count; j++) list[total + j] = first + j;
        total += count;
    }
    for (int j = 0; j < 2 * AHEAD; j++) list[total + j] = 0;
    for (uint32_t k = 0; k < total; k++) {
        __builtin_prefetch(&incoming[list[k + 2 * AHEAD]]);
        const Incoming soon = incoming[list[k + AHEAD]];
        __builtin_prefetch(arena + soon.record, 1);
        if (PAIRED) __builtin_prefetch(&traces[size_t(soon.source) * n_taus]);
        const Incoming from = incoming[list[k]];
        Record<TYPE>& s = at<TYPE>(from.record);
        const Rule& p = rules[s.row];
        if constexpr (TYPE == DEVELOPMENTAL) { if (!s.alive) continue; }
        if constexpr (PAIRED) {
            if (plasticity > 0 && (TYPE != GATED || activity[p.modulator] >= p.gate))
                s.w = soft_bounded(s.w, p.learning_rate * trace_of(from.source, p.plus), p.w_min, p.w_max);
        }
        if constexpr (TYPE == DEVELOPMENTAL) {
            const Trace& x = traces[size_t(from.source) * n_taus + p.plus];
            const int64_t ticks = tick - x.last, since = tick - last_spike[s.target];
            uint32_t spikes = ticks > 31 ? 0 : (x.spikes << ticks) & p.window;
            if (since < 32) spikes &= (1u << since) - 1;  // what an earlier target spike has not counted
            s.coincidences += __builtin_popcount(spikes);
        }
        if constexpr (TYPE == REWARD_PLASTIC) {
            const int64_t ticks = tick - s.last;
            s.eligibility = s.eligibility * faded(p.eligible, ticks) + s.trace * faded(p.trace, ticks);
            s.trace = 0, s.last = int32_t(tick);
        }
    }
}

void Simulator::prune() {  // rates against a reference of 1, the only one that `export.py` lets pass
    const int64_t age = tick + 1;
    bool due = false;
    for (const Rule& p : rules) due |= p.eval_interval > 0 && age <= p.critical_period && age % p.eval_interval == 0;
    if (!due || all_developmental.empty()) return;
    uint32_t source = 0;
    for (uint32_t word : all_developmental) {
        while (row[source].first[N_TYPES] <= word) source++;
        Developmental& s = at<DEVELOPMENTAL>(word);
        const Rule& p = rules[s.row];
        if (!s.alive || age > p.critical_period || age % p.eval_interval || spikes_so_far[source] < p.min_source_spikes) continue;
        if (double(s.coincidences) / spikes_so_far[source] < p.pruning_threshold) s.alive = 0, s.w = 0;
    }
}

void Simulator::advance(int64_t ticks, double plasticity, const uint16_t* noise, int32_t* spike_count) {
    const int64_t room = (n + 15) / 8 * 8;
    for (int64_t k = 0; k < ticks; k++, tick++) {
        for (int j = 0; j < SHORT; j++) arrivals_in[j] = ring + ((tick + j) & (SHORT - 1)) * room;
        double* arrivals = arrivals_in[0];
        auto& due = late[tick % late.size()];
        for (size_t j = due.size(); j-- > 0;) arrivals[due[j].first] += due[j].second;  // newest first, as the engine
        due.clear();
        if (noise) {
            const uint16_t* raw = noise + k * noisy.size();
            for (size_t j = 0; j < noisy.size(); j++) arrivals[noisy[j]] += noise_step[j] * (raw[j] - NOISE_MEAN);
        }
        for (const Junction& j : junctions) {
            const double current = j.conductance * (v[j.source] - v[j.target]);
            arrivals[j.target] += current, arrivals[j.source] -= current;
        }
        const int64_t n_fired = step_neurons(arrivals);
        for (int64_t j = 0; j < n_fired; j++) spike_count[fired[j]]++, __builtin_prefetch(&row[fired[j]]);
        for (int64_t j = 0; j < n_fired; j++) __builtin_prefetch(arena + row[fired[j]].first[0]);
        count_modulators(n_fired);
        if (n_fired) {
            deliver<DEPRESSING>(n_fired, plasticity);
            deliver<DEVELOPMENTAL>(n_fired, plasticity);
            deliver<FACILITATING>(n_fired, plasticity);
            deliver<FIXED>(n_fired, plasticity);
            deliver<GATED>(n_fired, plasticity);
            deliver<PLASTIC>(n_fired, plasticity);
            deliver<REWARD_PLASTIC>(n_fired, plasticity);
            update_traces(n_fired);
            learn<0>(n_fired, plasticity);
            learn<1>(n_fired, plasticity);
            learn<2>(n_fired, plasticity);
            learn<3>(n_fired, plasticity);
            for (int64_t j = 0; j < n_fired; j++) last_spike[fired[j]] = int32_t(tick);
        }
        if (plasticity > 0) prune();
    }
}

extern "C" {
Simulator* yardstick_make(const Columns* net) { return new Simulator(*net); }
void yardstick_free(Simulator* s) { delete s; }
void yardstick_reset(Simulator* s) { s->reset(); }
// Runs steps of ticks each; `currents` is (steps, n) or null, `noise` (steps * ticks, q) or null, `spike_count` (n).
// Returns the CPU seconds of this thread.
double yardstick_run(Simulator* s, int64_t steps, int64_t ticks, double plasticity, const double* currents,
                     const uint16_t* noise, int32_t* spike_count) {
    timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    std::memset(spike_count, 0, s->n * sizeof(int32_t));
    for (int64_t k = 0; k < steps; k++) {
        for (int64_t i = 0; i < s->n; i++) s->drive[i] = s->background[i] + (currents ? currents[k * s->n + i] : 0.0);
        s->advance(ticks, plasticity, noise ? noise + k * ticks * s->noisy.size() : nullptr, spike_count);
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return double(to.tv_sec - from.tv_sec) + 1e-9 * double(to.tv_nsec - from.tv_nsec);
}
}
