//! Types that extend types (draft §4.4).

use super::integrity::matches_integrity;
use super::type_metadata::{ClaimMetadata, Disclosable, MetadataError, TypeMetadata};

/// The most types that are read for one credential.
const MAX_TYPES: usize = 8;

/// A type and those it extends, read one after the other by whoever can fetch them.
///
/// ```
/// # use sd_jwt::vc::{MetadataError, TypeChain};
/// # fn fetch(vct: &str) -> Vec<u8> { format!(r#"{{"vct": "{vct}"}}"#).into_bytes() }
/// let mut chain = TypeChain::new("https://id.example/types/student-id", None);
/// while let Some(vct) = chain.wanted() {
///     let document = fetch(vct);
///     chain.add(&document)?;
/// }
/// let metadata = chain.finish()?;
/// # Ok::<(), MetadataError>(())
/// ```
pub struct TypeChain {
    /// What to read next, and its hash if whoever refers to it gave one.
    next: Option<(String, Option<String>)>,
    /// What was read, from the credential's own type to the most general.
    read: Vec<TypeMetadata>,
}

impl TypeChain {
    /// Begins with a credential's `vct` and, if it has one, its `vct#integrity`.
    #[must_use]
    pub fn new(vct: &str, integrity: Option<&str>) -> Self {
        Self {
            next: Some((vct.to_owned(), integrity.map(str::to_owned))),
            read: Vec::new(),
        }
    }

    /// The type whose document comes next, `None` when all are there.
    #[must_use]
    pub fn wanted(&self) -> Option<&str> {
        self.next.as_ref().map(|(vct, _)| vct.as_str())
    }

    /// Takes the document of [`TypeChain::wanted`], which must be that type's and have the hash that was given for it.
    ///
    /// # Errors
    /// The first [`MetadataError`]; the chain is then of no use any more.
    pub fn add(&mut self, document: &[u8]) -> Result<(), MetadataError> {
        let (vct, integrity) = self.next.take().ok_or(MetadataError::OtherType)?;
        if self.read.len() == MAX_TYPES {
            return Err(MetadataError::TooManyTypes);
        }
        // §5: the hash is of the document as it was received.
        if integrity.is_some_and(|integrity| !matches_integrity(document, &integrity)) {
            return Err(MetadataError::OtherContent);
        }
        let metadata = TypeMetadata::from_json(document, &vct)?;
        if let Some(base) = &metadata.extends {
            // §6.3
            if *base == vct || self.read.iter().any(|read| read.vct == *base) {
                return Err(MetadataError::ExtendsItself);
            }
            self.next = Some((base.clone(), metadata.extends_integrity.clone()));
        }
        self.read.push(metadata);
        Ok(())
    }

    /// The credential's type with all that it inherits.
    ///
    /// # Errors
    /// [`MetadataError::Incomplete`] if a document is still wanted, [`MetadataError::Loosened`] if a type breaks a rule
    /// of one that it extends, or what [`TypeMetadata::check`] says of the whole.
    pub fn finish(self) -> Result<TypeMetadata, MetadataError> {
        if self.next.is_some() {
            return Err(MetadataError::Incomplete);
        }
        // The most general first, so that the own type has the last word.
        let whole = self
            .read
            .into_iter()
            .rev()
            .try_fold(None, |base, own| match base {
                None => Ok(Some(own)),
                Some(base) => inherit(own, base).map(Some),
            })?;
        let whole = whole.ok_or(MetadataError::Incomplete)?;
        whole.check()?;
        Ok(whole)
    }
}

fn inherit(mut own: TypeMetadata, base: TypeMetadata) -> Result<TypeMetadata, MetadataError> {
    // §4.5.2: the display as a whole is inherited, or not at all.
    if own.display.is_empty() {
        own.display = base.display;
    }
    let mut claims = Vec::with_capacity(own.claims.len() + base.claims.len());
    for general in base.claims {
        let same = own.claims.iter().position(|own| own.path == general.path);
        claims.push(match same {
            Some(at) => inherit_claim(own.claims.remove(at), general)?,
            None => general,
        });
    }
    claims.append(&mut own.claims);
    own.claims = claims;
    Ok(own)
}

/// §4.6.5: property by property, and no rule may be loosened.
fn inherit_claim(own: ClaimMetadata, base: ClaimMetadata) -> Result<ClaimMetadata, MetadataError> {
    if base.mandatory == Some(true) && own.mandatory == Some(false) {
        return Err(MetadataError::Loosened);
    }
    if let (Some(Disclosable::Always | Disclosable::Never), Some(_)) = (base.sd, own.sd)
        && own.sd != base.sd
    {
        return Err(MetadataError::Loosened);
    }
    Ok(ClaimMetadata {
        path: own.path,
        display: if own.display.is_empty() {
            base.display
        } else {
            own.display
        },
        mandatory: own.mandatory.or(base.mandatory),
        sd: own.sd.or(base.sd),
        svg_id: own.svg_id.or(base.svg_id),
    })
}
