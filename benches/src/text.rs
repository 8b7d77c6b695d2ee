//! Text by chance, with words as frequent as in a language.

/// Words that do not exist, some much more frequent than others (Zipf), drawn
/// in an order that a seed decides.
#[derive(Clone, Debug)]
pub struct Words {
    words: Vec<String>,
    state: u64,
}

const SYLLABLES: [&str; 40] = [
    "ba", "be", "bo", "ca", "co", "da", "de", "di", "en", "er", "fa", "fi", "ga", "go", "in", "is",
    "ka", "la", "le", "li", "lo", "ma", "me", "mi", "na", "no", "or", "pa", "pe", "ra", "re", "ri",
    "sa", "se", "ta", "te", "ti", "un", "va", "ver",
];

impl Words {
    /// So many different words; the first are the most frequent, and short.
    pub fn new(count: usize, seed: u64) -> Self {
        let mut words = Self {
            words: Vec::with_capacity(count),
            state: seed,
        };
        let mut known = std::collections::HashSet::new();
        while words.words.len() < count {
            let longest = 2 + words.words.len().max(1).ilog10().min(3) as usize;
            let syllables = 1 + words.below(longest);
            let word: String = (0..syllables)
                .filter_map(|_| SYLLABLES.get(words.below(SYLLABLES.len())).copied())
                .collect();
            if known.insert(word.clone()) {
                words.words.push(word);
            }
        }
        words
    }

    /// The next number below a bound (splitmix64).
    pub fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound.max(1) as u64).unwrap_or_default()
    }

    /// A word as often as its place says.
    pub fn frequent(&mut self) -> &str {
        // Zipf's law: the logarithm of the place is spread evenly.
        let spread = self.below(1 << 20) as f64 / (1 << 20) as f64;
        let place = (self.words.len() as f64).powf(spread) as usize;
        self.words.get(place - 1).map_or("", String::as_str)
    }

    /// Any word but the most frequent ones.
    pub fn telling(&mut self) -> &str {
        let skipped = self.words.len() / 10;
        let place = skipped + self.below(self.words.len() - skipped);
        self.words.get(place).map_or("", String::as_str)
    }

    /// A text of about so many bytes, in sentences and paragraphs.
    pub fn text(&mut self, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes + 16);
        while text.len() < bytes {
            let word = self.frequent().to_owned();
            text.push_str(&word);
            text.push_str(match self.below(40) {
                0 => ".\n\n",
                1..=3 => ". ",
                4..=6 => ", ",
                _ => " ",
            });
        }
        text
    }
}
