package lethe.attacks;

/** Choices that look random but depend only on the pair they are made for, so that nobody need store or order them. */
final class Scatter {
    private Scatter() {}

    /** A number in [0, bound) for the pair (a, b). */
    static int below(int bound, int a, int b) {
        long mixed = (long) a << 32 | (b & 0xFFFFFFFFL);
        // The finaliser of MurmurHash3, twice: neighbouring pairs share nothing.
        mixed = finish(finish(mixed + 0x9E3779B97F4A7C15L) + 0xD1B54A32D192ED03L);
        return (int) (((mixed >>> 32) * bound) >>> 32);
    }

    private static long finish(long bits) {
        long mixed = bits;
        mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
