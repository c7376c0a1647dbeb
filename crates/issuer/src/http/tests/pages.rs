//! What the tests of the pages `/kontroll` and `/minid` share.

use super::World;

/// How a page that was not built before this program was is answered for.
pub(super) struct NotBuilt {
    pub(super) address: &'static str,
    /// As a browser asks for it.
    pub(super) language: &'static str,
    /// The words in that language, and the support code.
    pub(super) says: [&'static str; 2],
}

impl NotBuilt {
    /// Whether the page is there. If it is not, that is said, and there is nothing more to test.
    pub(super) async fn or(&self, is_built: bool, world: &World) -> bool {
        if !is_built {
            let asked = [("accept-language", self.language)];
            let answer = world.get(self.address, &asked).await.expect(503);
            for words in self.says {
                assert!(answer.text().contains(words), "{words}");
            }
        }
        is_built
    }
}

/// The addresses of scripts, styles and WebAssembly that the page names.
pub(super) fn files(page: &str) -> Vec<String> {
    page.split('"')
        .filter(|part| part.contains("/kontroll/assets/") || part.contains("/minid/assets/"))
        .map(str::to_owned)
        .collect()
}
