/* The floor that benchmarks/retrieval.py compares with: posting lists, term at a time, compiled for this machine.
 *
 * What cannot be left out, and nothing else: 32-bit rows and 8-bit impacts are read once, added into 16-bit totals, and
 * the totals are scanned once and cleared once. Contributions are shifted so that totals fit; ours are exact and pay for it.
 *
 *     gcc -O3 -march=native -shared -fPIC floor.c -o floor.so
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __AVX2__
#include <immintrin.h>
#endif

enum { BLOCK = 64, MOST = 1024 };

typedef struct {
    uint32_t *rows;
    uint8_t *impacts;
    uint32_t length;
} List;

typedef struct {
    uint32_t terms, rows, members;
    List *lists;
    uint16_t *totals;
    uint8_t *alive, *community;
    uint32_t *member, *excluded, stamp;
} Floor;

typedef struct {
    uint32_t score, row;
} Found;

Floor *floor_new(uint32_t terms, uint32_t rows, uint32_t members, const int64_t *ends, const uint32_t *held,
                 const uint8_t *impacts, const uint8_t *community, const uint32_t *member) {
    Floor *f = calloc(1, sizeof *f);
    f->terms = terms, f->rows = rows, f->members = members;
    f->lists = calloc(terms, sizeof *f->lists);
    f->totals = aligned_alloc(64, (2 * (size_t)rows + 8 * BLOCK) / 64 * 64);
    memset(f->totals, 0, (2 * (size_t)rows + 8 * BLOCK) / 64 * 64);
    f->alive = malloc(rows), memset(f->alive, 1, rows);
    f->community = malloc(rows), memcpy(f->community, community, rows);
    f->member = malloc(4 * (size_t)rows), memcpy(f->member, member, 4 * (size_t)rows);
    f->excluded = calloc(members, sizeof *f->excluded);
    for (int64_t i = 0; i < ends[rows - 1]; i++) f->lists[held[i]].length++;
    for (uint32_t t = 0; t < terms; t++) {
        List *list = &f->lists[t];
        list->rows = malloc(4 * (size_t)list->length + 1), list->impacts = malloc((size_t)list->length + 1);
        list->length = 0;
    }
    for (uint32_t row = 0; row < rows; row++)
        for (int64_t i = row ? ends[row - 1] : 0; i < ends[row]; i++) {
            List *list = &f->lists[held[i]];
            list->rows[list->length] = row, list->impacts[list->length++] = impacts[i];
        }
    return f;
}

void floor_free(Floor *f) {
    for (uint32_t t = 0; t < f->terms; t++) free(f->lists[t].rows), free(f->lists[t].impacts);
    free(f->lists), free(f->totals), free(f->alive), free(f->community), free(f->member), free(f->excluded), free(f);
}

/* A heap of the k best, the worst on top. */
static void push(Found *heap, int *size, int k, uint32_t score, uint32_t row) {
    int i;
    if (*size < k) {
        for (i = (*size)++; i && heap[(i - 1) / 2].score > score; i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
    } else {
        if (score <= heap[0].score) return;
        for (i = 0;;) {
            int child = 2 * i + 1;
            if (child >= k) break;
            if (child + 1 < k && heap[child + 1].score < heap[child].score) child++;
            if (heap[child].score >= score) break;
            heap[i] = heap[child], i = child;
        }
    }
    heap[i].score = score, heap[i].row = row;
}

/* Which of the totals of a block are above the threshold, a bit for each. */
static inline uint64_t better(const uint16_t *block, uint16_t threshold) {
    uint64_t bits = 0;
#ifdef __AVX2__
    const __m256i least = _mm256_set1_epi16((short)threshold), zero = _mm256_setzero_si256();
    for (int i = 0; i < BLOCK; i += 32) {
        __m256i a = _mm256_subs_epu16(_mm256_loadu_si256((const __m256i *)(block + i)), least);
        __m256i b = _mm256_subs_epu16(_mm256_loadu_si256((const __m256i *)(block + i + 16)), least);
        __m256i not_above = _mm256_packs_epi16(_mm256_cmpeq_epi16(a, zero), _mm256_cmpeq_epi16(b, zero));
        uint32_t mask = ~(uint32_t)_mm256_movemask_epi8(_mm256_permute4x64_epi64(not_above, 0xD8));
        bits |= (uint64_t)mask << i;
    }
#else
    for (int i = 0; i < BLOCK; i++) bits |= (uint64_t)(block[i] > threshold) << i;
#endif
    return bits;
}

/* `open` says which of 256 communities may be found; NULL for no constraints. Returns how many were found. */
int floor_search(Floor *f, uint32_t n, const uint32_t *terms, const uint32_t *weights, int k, const uint8_t *open,
                 const uint32_t *excluded, uint32_t excluded_count, uint32_t *rows, uint32_t *scores) {
    uint16_t *totals = f->totals;
    uint32_t threshold = 0, stamp = ++f->stamp;
    for (uint32_t i = 0; i < excluded_count; i++) f->excluded[excluded[i]] = stamp;
    for (uint32_t i = 0; i < n; i++) {
        const List *list = &f->lists[terms[i]];
        const uint32_t *at = list->rows, weight = weights[i];
        for (uint32_t j = 0; j < list->length; j++) totals[at[j]] += 1 + (weight * list->impacts[j] >> 6);
    }
    Found heap[MOST];
    int size = 0;
    for (uint32_t begin = 0; begin < f->rows; begin += BLOCK) {
        for (uint64_t above = better(totals + begin, threshold); above; above &= above - 1) {
            uint32_t row = begin + __builtin_ctzll(above), score = totals[row];
            if (score <= threshold || !f->alive[row]) continue;
            if (open && !(open[f->community[row]] && f->excluded[f->member[row]] != stamp)) continue;
            push(heap, &size, k, score, row);
            if (size == k) threshold = heap[0].score;
        }
    }
    memset(totals, 0, 2 * (size_t)f->rows);
    for (int i = 1; i < size; i++) {
        Found one = heap[i];
        int j = i;
        for (; j && heap[j - 1].score < one.score; j--) heap[j] = heap[j - 1];
        heap[j] = one;
    }
    for (int i = 0; i < size; i++) rows[i] = heap[i].row, scores[i] = heap[i].score;
    return size;
}
