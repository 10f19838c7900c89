//! From anything that serializes to data.

use std::fmt;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::{Data, Map};

/// The name of a newtype struct whose content is wanted in its form for machines.
///
/// Its content sees a serializer that is not [human readable](Serializer::is_human_readable), and may so give a text
/// that stands for it instead of what people would read.
pub const FOR_MACHINES: &str = "$stackwright::ForMachines";

/// Why something cannot be data of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerializeError(String);

impl fmt::Display for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SerializeError {}

impl Error for SerializeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        SerializeError(message.to_string())
    }
}

impl Data {
    /// The data that `value` serializes to, in its own order.
    ///
    /// # Errors
    ///
    /// Where the value refuses to be serialized, a key of a map is neither text nor a number nor a boolean, or a number
    /// is one that JSON has no word for, or beyond 64 bits.
    ///
    /// ```
    /// use stackwright_k8s::Data;
    ///
    /// let data = Data::from_serialize(["a", "b"])?;
    /// assert_eq!(data.as_list().map(<[Data]>::len), Some(2));
    /// assert!(Data::from_serialize(f64::NAN).is_err());
    /// # Ok::<(), stackwright_k8s::SerializeError>(())
    /// ```
    pub fn from_serialize(value: impl Serialize) -> Result<Data, SerializeError> {
        value.serialize(ToData { is_for_machines: false })
    }
}

#[derive(Clone, Copy)]
struct ToData {
    is_for_machines: bool,
}

type Outcome = Result<Data, SerializeError>;

impl Serializer for ToData {
    type Ok = Data;
    type Error = SerializeError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Variant<Items>;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Variant<Entries>;

    fn is_human_readable(&self) -> bool {
        !self.is_for_machines
    }

    fn serialize_bool(self, value: bool) -> Outcome {
        Ok(Data::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Outcome {
        Ok(Data::Int(value.into()))
    }

    fn serialize_i16(self, value: i16) -> Outcome {
        Ok(Data::Int(value.into()))
    }

    fn serialize_i32(self, value: i32) -> Outcome {
        Ok(Data::Int(value.into()))
    }

    fn serialize_i64(self, value: i64) -> Outcome {
        Ok(Data::Int(value))
    }

    fn serialize_i128(self, value: i128) -> Outcome {
        let whole = i64::try_from(value);
        whole.map(Data::Int).map_err(|_| Error::custom(format!("{value} has more than 64 bits")))
    }

    fn serialize_u8(self, value: u8) -> Outcome {
        Ok(Data::Int(value.into()))
    }

    fn serialize_u16(self, value: u16) -> Outcome {
        Ok(Data::Int(value.into()))
    }

    fn serialize_u32(self, value: u32) -> Outcome {
        Ok(Data::Int(value.into()))
    }

    fn serialize_u64(self, value: u64) -> Outcome {
        self.serialize_i128(value.into())
    }

    fn serialize_u128(self, value: u128) -> Outcome {
        let whole = i64::try_from(value);
        whole.map(Data::Int).map_err(|_| Error::custom(format!("{value} has more than 64 bits")))
    }

    fn serialize_f32(self, value: f32) -> Outcome {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Outcome {
        if value.is_finite() {
            Ok(Data::Float(value))
        } else {
            Err(Error::custom(format!("{value} is no number that JSON has")))
        }
    }

    fn serialize_char(self, value: char) -> Outcome {
        Ok(Data::Text(value.into()))
    }

    fn serialize_str(self, value: &str) -> Outcome {
        Ok(value.into())
    }

    fn serialize_bytes(self, value: &[u8]) -> Outcome {
        Ok(Data::List(value.iter().map(|byte| Data::Int((*byte).into())).collect()))
    }

    fn serialize_none(self) -> Outcome {
        Ok(Data::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Outcome {
        Ok(Data::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Outcome {
        Ok(Data::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Outcome {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Outcome {
        let is_for_machines = self.is_for_machines || name == FOR_MACHINES;
        value.serialize(ToData { is_for_machines })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Outcome {
        Ok(Data::Map(Map::from_iter([(variant, value.serialize(self)?)])))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items, SerializeError> {
        Ok(Items { to: self, items: Vec::with_capacity(length.unwrap_or_default()) })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items, SerializeError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items, SerializeError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Variant<Items>, SerializeError> {
        Ok(Variant { name: variant, content: self.serialize_seq(Some(length))? })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, SerializeError> {
        Ok(Entries { to: self, map: Map::new(), key: String::new() })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Entries, SerializeError> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Variant<Entries>, SerializeError> {
        Ok(Variant { name: variant, content: self.serialize_map(Some(length))? })
    }
}

struct Items {
    to: ToData,
    items: Vec<Data>,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.items.push(value.serialize(self.to)?);
        Ok(())
    }
}

impl SerializeSeq for Items {
    type Ok = Data;
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Outcome {
        Ok(Data::List(self.items))
    }
}

impl SerializeTuple for Items {
    type Ok = Data;
    type Error = SerializeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Outcome {
        Ok(Data::List(self.items))
    }
}

impl SerializeTupleStruct for Items {
    type Ok = Data;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.push(value)
    }

    fn end(self) -> Outcome {
        Ok(Data::List(self.items))
    }
}

struct Entries {
    to: ToData,
    map: Map,
    /// The key whose value comes next.
    key: String,
}

impl SerializeMap for Entries {
    type Ok = Data;
    type Error = SerializeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), SerializeError> {
        self.key = match key.serialize(self.to)? {
            Data::Text(text) => text,
            Data::Int(number) => number.to_string(),
            Data::Bool(value) => value.to_string(),
            other => return Err(Error::custom(format!("a key of a map is {}", other.describe()))),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        let value = value.serialize(self.to)?;
        self.map.insert(std::mem::take(&mut self.key), value);
        Ok(())
    }

    fn end(self) -> Outcome {
        Ok(Data::Map(self.map))
    }
}

impl SerializeStruct for Entries {
    type Ok = Data;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        self.map.insert(key, value.serialize(self.to)?);
        Ok(())
    }

    fn end(self) -> Outcome {
        Ok(Data::Map(self.map))
    }
}

/// A variant with content: a map of one key.
struct Variant<T> {
    name: &'static str,
    content: T,
}

impl<T> Variant<T> {
    fn named(name: &'static str, content: Data) -> Data {
        Data::Map(Map::from_iter([(name, content)]))
    }
}

impl SerializeTupleVariant for Variant<Items> {
    type Ok = Data;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SerializeError> {
        self.content.push(value)
    }

    fn end(self) -> Outcome {
        Ok(Self::named(self.name, SerializeSeq::end(self.content)?))
    }
}

impl SerializeStructVariant for Variant<Entries> {
    type Ok = Data;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        SerializeStruct::serialize_field(&mut self.content, key, value)
    }

    fn end(self) -> Outcome {
        Ok(Self::named(self.name, SerializeStruct::end(self.content)?))
    }
}

/// As plain data, for any format.
impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Data::Null => serializer.serialize_unit(),
            Data::Bool(value) => serializer.serialize_bool(*value),
            Data::Int(value) => serializer.serialize_i64(*value),
            Data::Float(value) => serializer.serialize_f64(*value),
            Data::Text(text) => serializer.serialize_str(text),
            Data::List(items) => serializer.collect_seq(items),
            Data::Map(map) => map.serialize(serializer),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::ser::{Serialize, SerializeStruct, Serializer};
    use serde_json::json;

    use super::*;

    #[test]
    fn json_comes_through_as_it_is() {
        let json = json!({ "a": [null, true, 1, -1.5, "t"], "b": { "c": {} } });
        let data = Data::from_serialize(&json).unwrap();
        assert_eq!(serde_json::to_value(&data).unwrap(), json);
    }

    #[test]
    fn fields_keep_their_order() {
        struct Pod;
        impl Serialize for Pod {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut pod = serializer.serialize_struct("Pod", 2)?;
                pod.serialize_field("spec", &Some('c'))?;
                pod.serialize_field("kind", &None::<u8>)?;
                pod.end()
            }
        }
        let data = Data::from_serialize(Pod).unwrap();
        assert_eq!(data, Data::Map(Map::from_iter([("spec", Data::from("c")), ("kind", Data::Null)])));
    }

    #[test]
    fn keys_become_text_and_other_keys_are_refused() {
        let keys =
            |data: Data| data.as_map().unwrap().iter().map(|(key, _)| key.to_owned()).collect::<Vec<_>>();
        assert_eq!(keys(Data::from_serialize(BTreeMap::from([(80, 1)])).unwrap()), ["80"]);
        assert_eq!(keys(Data::from_serialize(BTreeMap::from([(true, 1)])).unwrap()), ["true"]);
        let wrong = Data::from_serialize(BTreeMap::from([(None::<u8>, 1)])).unwrap_err();
        assert_eq!(wrong.to_string(), "a key of a map is null");
    }

    #[test]
    fn numbers_that_no_server_takes_are_refused() {
        assert_eq!(Data::from_serialize(i64::MAX as u64), Ok(Data::Int(i64::MAX)));
        let wrong = |value: u64| Data::from_serialize(value).unwrap_err().to_string();
        assert_eq!(wrong(u64::MAX), "18446744073709551615 has more than 64 bits");
        assert_eq!(
            Data::from_serialize(f32::INFINITY).unwrap_err().to_string(),
            "inf is no number that JSON has"
        );
    }

    #[test]
    fn what_asks_for_it_is_given_its_form_for_machines() {
        struct Inner;
        impl Serialize for Inner {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let text = if serializer.is_human_readable() { "people" } else { "machines" };
                serializer.serialize_str(text)
            }
        }
        struct Outer;
        impl Serialize for Outer {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_newtype_struct(FOR_MACHINES, &Inner)
            }
        }
        assert_eq!(Data::from_serialize(Inner), Ok("people".into()));
        assert_eq!(Data::from_serialize([Outer]), Ok(Data::List(vec!["machines".into()])));
        assert_eq!(serde_json::to_string(&Outer).unwrap(), "\"people\"");
    }
}
